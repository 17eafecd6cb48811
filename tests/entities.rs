//! Entities of several files: what their store takes for granted.

use crate::sources::Sources;

#[test]
fn conventions_of_ef_core_stand_in_for_a_snapshot() {
    let files = [
        ("Shop/Shop.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"></Project>"),
        ("Shop/Context.cs", CONTEXT),
        ("Shop/Tram.cs", CLASSES),
    ];
    let (codebase, _) = files.into_iter().collect::<Sources>().analyse();
    let shown = codebase.entities.iter().map(|it| {
        let fields = it.fields.iter().map(|it| format!("{}:{:?}", it.column.as_ref().unwrap_or(&it.name), it.key));
        format!("{} {}: {}", it.name, it.table, fields.collect::<Vec<_>>().join(" "))
    });
    let expected = [
        "Depot Depot: Id:Primary Name:None",
        "Line Lines: Id:Primary",
        "Ride Ride: TramId:Primary Day:Primary",
        "Vehicle Vehicles: Id:Primary DepotId:Foreign Place_City:None Power:None",
    ];
    assert_eq!(shown.collect::<Vec<_>>(), expected);
    let ends = codebase.relations.iter().map(|it| format!("{} {} {} {:?}", it.from, it.to, it.via, it.cardinality));
    let expected =
        ["depot vehicle DepotId OneToMany", "line vehicle LineVehicle ManyToMany", "vehicle ride TramId OneToMany"];
    assert_eq!(ends.collect::<Vec<_>>(), expected);
}

const CONTEXT: &str = "
namespace Shop;
public class Context : DbContext
{
    public DbSet<Vehicle> Vehicles { get; set; }
    public DbSet<Tram> Trams { get; set; }
    public DbSet<Line> Lines { get; set; }
    protected override void OnModelCreating(ModelBuilder builder)
    {
        var ride = builder.Entity<Ride>();
        ride.HasKey(it => new { it.TramId, it.Day });
    }
}";

const CLASSES: &str = "
namespace Shop;
public class Vehicle
{
    public int Id { get; set; }
    public Depot? Depot { get; set; }
    public int? DepotId { get; set; }
    public Place Place { get; set; }
    public ICollection<Line> Lines { get; } = [];
}
public class Tram : Vehicle { public int Power { get; set; } }
public class Line { public int Id { get; set; } public ICollection<Vehicle> Vehicles { get; } = []; }
public class Depot { public int Id { get; set; } public string Name { get; set; } }
public class Place { public string City { get; set; } }
public class Ride { public int TramId { get; set; } public Tram Tram { get; set; } public DateOnly Day { get; set; } }
";
