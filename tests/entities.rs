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

#[test]
fn fields_are_empty_as_types_attributes_and_configuration_say() {
    let shown = |project: &str| {
        let files = [("Shop/Shop.csproj", project), ("Shop/Context.cs", FLEET)];
        let (codebase, _) = files.into_iter().collect::<Sources>().analyse();
        let shown = codebase.entities.iter().map(|it| {
            let empty = it.fields.iter().filter(|it| it.nullable).map(|it| it.name.as_str());
            format!("{}: {}", it.name, empty.collect::<Vec<_>>().join(" "))
        });
        shown.collect::<Vec<_>>()
    };
    let aware =
        "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><Nullable>enable</Nullable></PropertyGroup></Project>";
    assert_eq!(shown(aware), ["Depot: Note Place.Street", "Tram: Nickname Color DriverId Place.Street WorksId"]);
    let unaware = "<Project Sdk=\"Microsoft.NET.Sdk\"></Project>";
    let expected =
        ["Depot: Note Name Place.City Place.Street", "Tram: Nickname Color DriverId Place.City Place.Street WorksId"];
    assert_eq!(shown(unaware), expected);
}

/// Classes and what configures them in one file.
const FLEET: &str = "
namespace Shop;
public class Context : DbContext
{
    public DbSet<Tram> Trams { get; set; }
    public DbSet<Depot> Depots { get; set; }
    protected override void OnModelCreating(ModelBuilder builder)
    {
        builder.Entity<Tram>().HasKey(it => new { it.Line, it.Number });
        builder.Entity<Tram>().Property(it => it.Nickname).HasMaxLength(9).IsRequired(false);
        builder.Entity<Tram>().Property(it => it.Plate).IsRequired();
        builder.Entity<Tram>().HasOne(it => it.Depot).WithMany().HasForeignKey(it => it.DepotId).IsRequired();
        builder.Entity<Tram>().HasOne(it => it.Driver).WithMany().IsRequired(false).HasForeignKey(it => it.DriverId);
        builder.Entity<Tram>().OwnsOne(it => it.Place, place => place.Property(it => it.Street).IsRequired(false));
        builder.Entity<Depot>().Navigation(it => it.Place).IsRequired();
        builder.Entity<Depot>().OwnsOne(it => it.Place, place => place.Property(it => it.Street).IsRequired(false));
    }
}
public class Tram
{
    public string Line { get; set; }
    public int Number { get; set; }
    public string Nickname { get; set; }
    public string? Plate { get; set; }
    [Required] public string Maker { get; set; }
#nullable disable
    public string Color { get; set; }
#nullable restore
    public int? DepotId { get; set; }
    public Depot Depot { get; set; }
    public int DriverId { get; set; }
    public Depot Driver { get; set; }
    public Place Place { get; set; }
    public Depot? Works { get; set; }
    [Required] public Depot Home { get; set; }
}
public class Depot { public int Id { get; set; } public string? Note { get; set; } public string Name { get; set; } public Place Place { get; set; } }
public class Place { public string City { get; set; } public string Street { get; set; } }
";
