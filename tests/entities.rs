//! Entities of several files: what their store takes for granted.

use docagent::codebase::Entity;
use docagent::codebase::entity::Field;

use crate::sources::Sources;

/// Entities with table and columns, and relations, of a project with this one file.
fn model(code: &str) -> (Vec<String>, Vec<String>) {
    let files = [("Shop/Shop.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"></Project>"), ("Shop/Model.cs", code)];
    shown(files)
}

fn shown<const N: usize>(files: [(&str, &str); N]) -> (Vec<String>, Vec<String>) {
    let (codebase, _) = files.into_iter().collect::<Sources>().analyse();
    let entities = codebase.entities.iter().map(|it| {
        let fields = it.fields.iter().map(|it| format!("{}:{:?}", it.column.as_ref().unwrap_or(&it.name), it.key));
        format!("{} {}: {}", it.name, it.table, fields.collect::<Vec<_>>().join(" "))
    });
    let ends = codebase.relations.iter().map(|it| format!("{} {} {} {:?}", it.from, it.to, it.via, it.cardinality));
    (entities.collect(), ends.collect())
}

#[test]
fn conventions_of_ef_core_stand_in_for_a_snapshot() {
    let files = [
        ("Shop/Shop.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"></Project>"),
        ("Shop/Context.cs", CONTEXT),
        ("Shop/Tram.cs", CLASSES),
    ];
    let (entities, ends) = shown(files);
    let expected = [
        "Depot Depot: Id:Primary Name:None",
        "Line Lines: Id:Primary",
        "Ride Ride: TramId:Primary Day:Primary",
        "Vehicle Vehicles: Id:Primary DepotId:Foreign Place_City:None Discriminator:None Power:None",
    ];
    assert_eq!(entities, expected);
    let expected =
        ["depot vehicle DepotId OneToMany", "line vehicle LineVehicle ManyToMany", "vehicle ride TramId OneToMany"];
    assert_eq!(ends, expected);
}

#[test]
fn columns_of_typeorm_follow_other_classes_and_the_naming_strategy() {
    let shown = |strategy: &str| {
        let setup = format!("import {{ DataSource }} from 'typeorm';\nnew DataSource({{ {strategy} }});");
        let files = [
            ("package.json", "{\"dependencies\": {\"typeorm\": \"1\"}}"),
            ("src/source.ts", &setup),
            ("src/hall.ts", HALL),
            ("src/counts.ts", COUNTS),
            ("src/seat.ts", SEAT),
        ];
        let (codebase, _) = files.into_iter().collect::<Sources>().analyse();
        let columns = |it: &Entity| {
            let one = |it: &Field| format!("{}:{:?}", it.column.as_ref().unwrap_or(&it.name), it.key);
            it.fields.iter().map(one).collect::<Vec<_>>().join(" ")
        };
        let entities = codebase.entities.iter().map(|it| format!("{}: {}", it.name, columns(it)));
        let ends = codebase.relations.iter().map(|it| format!("{} {} {}", it.from, it.to, it.via));
        entities.chain(ends).collect::<Vec<_>>()
    };
    let by_default = [
        "Hall: ownerId:Foreign code:Primary houseId:Primary",
        "House: ownerId:Foreign id:Primary",
        "Seat: ownerId:Foreign id:Primary countersHowmany:None countersBookedbyid:Foreign hallCode:Foreign \
         hallHouseId:Foreign",
        "User: id:Primary",
        "hall seat hallCode,hallHouseId",
        "house hall houseId",
        "user hall ownerId",
        "user house ownerId",
        "user seat countersBookedbyid",
        "user seat ownerId",
    ];
    assert_eq!(shown(""), by_default);
    let in_snake = [
        "Hall: owner_id:Foreign code:Primary house_id:Primary",
        "House: owner_id:Foreign id:Primary",
        "Seat: owner_id:Foreign id:Primary counters_how_many:None counters_booked_by_id:Foreign hall_code:Foreign \
         hall_house_id:Foreign",
        "User: id:Primary",
        "hall seat hall_code,hall_house_id",
        "house hall house_id",
        "user hall owner_id",
        "user house owner_id",
        "user seat counters_booked_by_id",
        "user seat owner_id",
    ];
    assert_eq!(shown("namingStrategy: new SnakeNamingStrategy()"), in_snake);
}

#[test]
fn documents_of_mongoose_hold_schemas_of_other_files() {
    let files = [
        ("package.json", "{\"dependencies\": {\"mongoose\": \"8\", \"@nestjs/mongoose\": \"11\"}}"),
        ("src/parts.js", PARTS),
        ("src/order.js", ORDER),
        ("src/event.schema.ts", EVENT),
        ("src/place.schema.ts", PLACE),
        ("src/events.module.ts", EVENTS),
    ];
    let (codebase, _) = files.into_iter().collect::<Sources>().analyse();
    let columns = |it: &Entity| {
        let one = |it: &Field| format!("{}:{}{}", it.name, it.type_name, if it.nullable { "?" } else { "" });
        it.fields.iter().map(one).collect::<Vec<_>>().join(" ")
    };
    let entities = codebase.entities.iter().map(|it| format!("{} {}: {}", it.name, it.table, columns(it)));
    let ends = codebase.relations.iter().map(|it| format!("{} {} {}", it.from, it.to, it.via));
    let expected = [
        "Event events: _id:ObjectId at:Date? place.city:string? place.owner:Types.ObjectId? url:string?",
        "Order orders: _id:ObjectId ship.street:String ship.owner:ObjectId? lines:lineSchema[] note:String? weight:Number?",
        "User users: _id:ObjectId name:String?",
        "order user lines.packer",
        "user event place.owner",
        "user order ship.owner",
    ];
    assert_eq!(entities.chain(ends).collect::<Vec<_>>(), expected);
}

const PARTS: &str = "
const mongoose = require('mongoose');
const { Schema } = mongoose;
const addressSchema = new Schema({
  street: { type: String, required: true },
  owner: { type: Schema.Types.ObjectId, ref: 'User' },
});
const lineSchema = new Schema({ count: Number, packer: { type: Schema.Types.ObjectId, ref: 'User' } });
const parcelSchema = new Schema({ weight: Number });
const userSchema = new Schema({ name: String });
mongoose.model('User', userSchema);
module.exports = { addressSchema, lineSchema, parcelSchema };";

const ORDER: &str = "
const mongoose = require('mongoose');
const { addressSchema, lineSchema, parcelSchema } = require('./parts');
const orderSchema = new mongoose.Schema({ ship: { type: addressSchema, required: true }, lines: [lineSchema] });
orderSchema.add({ note: String });
const Order = mongoose.model('Order', orderSchema);
Order.discriminator('Parcel', parcelSchema);
module.exports = Order;";

const EVENT: &str = "
import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Place, PlaceSchema } from './place.schema';
@Schema({ discriminatorKey: 'kind' }) export class Event {
  @Prop() at: Date;
  @Prop({ type: PlaceSchema }) place: Place;
}
@Schema() export class Click { @Prop({ required: true }) url: string; }
export const EventSchema = SchemaFactory.createForClass(Event);
export const ClickSchema = SchemaFactory.createForClass(Click);";

const PLACE: &str = "
import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
@Schema() export class Place {
  @Prop() city: string;
  @Prop({ type: Types.ObjectId, ref: 'User' }) owner: Types.ObjectId;
}
export const PlaceSchema = SchemaFactory.createForClass(Place);";

const EVENTS: &str = "
import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { Click, ClickSchema, Event, EventSchema } from './event.schema';
@Module({
  imports: [
    MongooseModule.forFeature([
      { name: Event.name, schema: EventSchema, discriminators: [{ name: Click.name, schema: ClickSchema }] },
    ]),
  ],
})
export class EventsModule {}";

const HALL: &str = "
import { Column, Entity, ManyToOne, PrimaryColumn } from 'typeorm';
@Entity() export class User { @PrimaryColumn() id: string; }
export abstract class Owned { @ManyToOne(() => User) owner: User; }
@Entity() export class House extends Owned { @PrimaryColumn() id: number; }
@Entity() export class Hall extends Owned {
  @PrimaryColumn() code: string;
  @PrimaryColumn() @ManyToOne(() => House) house: House;
}";

const COUNTS: &str = "
import { Column, ManyToOne } from 'typeorm';
import { User } from './hall';
export class Counts {
  @Column() howMany: number;
  @ManyToOne(() => User) bookedBy: User;
}
export class Extras {}";

const SEAT: &str = "
import { Column, Entity, ManyToOne, PrimaryColumn } from 'typeorm';
import { Counts, Extras } from './counts';
import { Hall, Owned } from './hall';
@Entity() export class Seat extends Owned {
  @PrimaryColumn() id: number;
  @Column(() => Counts) counters: Counts;
  @Column(() => Extras) extras: Extras;
  @ManyToOne(() => Hall) hall: Hall;
}";

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

#[test]
fn what_ef_core_is_told_to_ignore_is_not_kept() {
    let (entities, ends) = model(
        "public class Context : DbContext
        {
            public DbSet<Tram> Trams { get; set; }
            protected override void OnModelCreating(ModelBuilder builder)
            {
                builder.Ignore<Poster>();
                builder.Entity<Tram>().Ignore(it => it.Label).Ignore(it => it.Riders);
            }
        }
        public class Tram
        {
            public int Id { get; set; }
            public string Label { get; set; }
            public List<Rider> Riders { get; } = [];
            public List<Poster> Posters { get; } = [];
            public List<Door> Doors { get; } = [];
            [NotMapped] public Rider Driver { get; set; }
        }
        public class Rider { public int Id { get; set; } }
        public class Poster { public int Id { get; set; } }
        public class Door { public int Id { get; set; } public Lamp Lamp { get; set; } }
        [NotMapped] public class Lamp { public int Id { get; set; } }",
    );
    assert_eq!(entities, ["Door Door: Id:Primary Lamp:None TramId:Foreign", "Tram Trams: Id:Primary"]);
    assert_eq!(ends, ["tram door TramId OneToMany"]);
}

#[test]
fn heirs_have_tables_as_their_mapping_strategy_says() {
    let classes = "
        public abstract class Vehicle { public int Id { get; set; } public string Name { get; set; } }
        public class Tram : Vehicle { public int Power { get; set; } }
        public class NightTram : Tram { public int Lamps { get; set; } }
        public class Line { public int Id { get; set; } public Vehicle First { get; set; } }";
    let context = |call: &str| {
        model(&format!(
            "public class Context : DbContext
            {{
                public DbSet<Vehicle> Vehicles {{ get; set; }}
                public DbSet<Tram> Trams {{ get; set; }}
                public DbSet<Line> Lines {{ get; set; }}
                public DbSet<NightTram> NightTrams {{ get; set; }}
                protected override void OnModelCreating(ModelBuilder builder) => builder.Entity<Vehicle>(){call};
            }}
            {classes}"
        ))
    };
    let line = "Line Lines: Id:Primary FirstId:Foreign";
    let (entities, ends) = context(".UseTptMappingStrategy()");
    let expected = [
        line,
        "NightTram NightTrams: Id:Primary Lamps:None",
        "Tram Trams: Id:Primary Power:None",
        "Vehicle Vehicles: Id:Primary Name:None",
    ];
    assert_eq!(entities, expected);
    assert_eq!(ends, ["tram nighttram Id OneToOne", "vehicle line FirstId OneToMany", "vehicle tram Id OneToOne"]);
    let (entities, _) = context(".UseTpcMappingStrategy()");
    let expected = [
        "Line Lines: Id:Primary",
        "NightTram NightTrams: Id:Primary Name:None Power:None Lamps:None",
        "Tram Trams: Id:Primary Name:None Power:None",
    ];
    assert_eq!(entities, expected);
    let (entities, _) = context(".HasDiscriminator<string>(\"Kind\").HasValue<Tram>(\"tram\")");
    assert_eq!(entities, [line, "Vehicle Vehicles: Id:Primary Name:None Kind:None Power:None Lamps:None"]);
}

#[test]
fn properties_lead_back_as_attributes_say() {
    let (_, ends) = model(
        "public class Context : DbContext { public DbSet<Person> People { get; set; } }
        public class Person
        {
            public int Id { get; set; }
            [InverseProperty(nameof(Post.Author))] public List<Post> Written { get; } = [];
            [InverseProperty(\"Helpers\")] public List<Post> Helped { get; } = [];
        }
        public class Post
        {
            public int Id { get; set; }
            public Person Author { get; set; }
            public List<Person> Helpers { get; } = [];
        }",
    );
    assert_eq!(ends, ["person post AuthorId OneToMany", "person post PersonPost ManyToMany"]);
}

#[test]
fn tables_that_join_have_the_names_and_keys_that_are_told() {
    let (entities, ends) = model(
        "public class Context : DbContext
        {
            public DbSet<Tram> Trams { get; set; }
            protected override void OnModelCreating(ModelBuilder builder)
            {
                builder.Entity<Tram>().HasMany(it => it.Lines).WithMany(it => it.Trams).UsingEntity(
                    \"LineTram\",
                    line => line.HasOne(typeof(Line)).WithMany().HasForeignKey(\"LineNumber\"),
                    tram => tram.HasOne(typeof(Tram)).WithMany().HasForeignKey(\"TramNumber\"),
                    join => join.ToTable(\"line_trams\"));
                builder.Entity<Tram>().HasMany(it => it.Depots).WithMany().UsingEntity(join => join.ToTable(\"parking\"));
                builder.Entity<Tram>().HasMany(it => it.Drivers).WithMany(it => it.Trams).UsingEntity<Shift>();
            }
        }
        public class Tram
        {
            public Guid Id { get; set; }
            public List<Line> Lines { get; } = [];
            public List<Depot> Depots { get; } = [];
            public List<Driver> Drivers { get; } = [];
        }
        public class Line { public int Id { get; set; } public List<Tram> Trams { get; } = []; }
        public class Depot { public int Id { get; set; } }
        public class Driver { public int Id { get; set; } public List<Tram> Trams { get; } = []; }
        public class Shift { public int Id { get; set; } public Guid TramId { get; set; } public int DriverId { get; set; } }",
    );
    let expected = [
        "Depot Depot: Id:Primary",
        "Driver Driver: Id:Primary",
        "Line Line: Id:Primary",
        "LineTram line_trams: TramNumber:Primary LineNumber:Primary",
        "Shift Shift: Id:Primary TramId:Foreign DriverId:Foreign",
        "Tram Trams: Id:Primary",
        "parking parking: TramId:Primary DepotsId:Primary",
    ];
    assert_eq!(entities, expected);
    let expected = [
        "depot parking DepotsId OneToMany",
        "driver shift DriverId OneToMany",
        "line linetram LineNumber OneToMany",
        "tram linetram TramNumber OneToMany",
        "tram parking TramId OneToMany",
        "tram shift TramId OneToMany",
    ];
    assert_eq!(ends, expected);
}

#[test]
fn identity_brings_its_tables() {
    let (entities, ends) = model(
        "public class Context : IdentityDbContext<Rider, IdentityRole<Guid>, Guid>
        {
            protected override void OnModelCreating(ModelBuilder builder)
            {
                base.OnModelCreating(builder);
                builder.Entity<IdentityRole<Guid>>().ToTable(\"roles\");
            }
        }
        public class Rider : IdentityUser<Guid> { public string Nickname { get; set; } }",
    );
    let starts = entities.iter().map(|it| it.split(' ').take(4).collect::<Vec<_>>().join(" "));
    let expected = [
        "IdentityRole roles: Id:Primary Name:None",
        "IdentityRoleClaim AspNetRoleClaims: Id:Primary RoleId:Foreign",
        "IdentityUserClaim AspNetUserClaims: Id:Primary UserId:Foreign",
        "IdentityUserLogin AspNetUserLogins: LoginProvider:Primary ProviderKey:Primary",
        "IdentityUserRole AspNetUserRoles: UserId:Primary RoleId:Primary",
        "IdentityUserToken AspNetUserTokens: UserId:Primary LoginProvider:Primary",
        "Rider AspNetUsers: Id:Primary UserName:None",
    ];
    assert_eq!(starts.collect::<Vec<_>>(), expected);
    assert!(entities.last().is_some_and(|it| it.ends_with("AccessFailedCount:None Nickname:None")), "{entities:?}");
    let expected = [
        "identityrole identityroleclaim RoleId OneToMany",
        "identityrole identityuserrole RoleId OneToMany",
        "rider identityuserclaim UserId OneToMany",
        "rider identityuserlogin UserId OneToMany",
        "rider identityuserrole UserId OneToMany",
        "rider identityusertoken UserId OneToMany",
    ];
    assert_eq!(ends, expected);
}

#[test]
fn migrations_run_in_the_order_of_their_versions() {
    let files = [
        ("Shop/Shop.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"></Project>"),
        (
            "Shop/Migrations/Initial.cs",
            "using FluentMigrator;
            [Migration(1)] public class Initial : AutoReversingMigration
            {
                public override void Up()
                {
                    Create.TableWithKey(\"Depot\").WithColumn(\"Title\").AsString();
                    Create.Table(\"Trams\").WithColumn(\"Id\").AsInt32().PrimaryKey().WithColumn(\"DepotId\").AsInt32();
                }
            }",
        ),
        (
            "Shop/Migrations/Add.cs",
            "using FluentMigrator;
            [Migration(2)] public class Add : Migration
            {
                public override void Up()
                {
                    Rename.Table(\"Depot\").To(\"Depots\");
                    Delete.Column(\"Title\").FromTable(\"Depots\");
                    Create.ForeignKey().FromTable(\"Trams\").ForeignColumn(\"DepotId\").ToTable(\"Depots\").PrimaryColumn(\"Id\");
                }
                public override void Down() => Delete.Table(\"Trams\");
            }",
        ),
        (
            "Shop/Helpers.cs",
            "public static class Helpers
            {
                public static ICreateTableColumnOptionOrWithColumnSyntax TableWithKey(this ICreateExpressionRoot create, string name)
                    => create.Table(name).WithColumn(\"Id\").AsInt64().PrimaryKey();
            }",
        ),
    ];
    let (entities, ends) = shown(files);
    assert_eq!(entities, ["Depots Depots: Id:Primary", "Trams Trams: Id:Primary DepotId:Foreign"]);
    assert_eq!(ends, ["depots trams DepotId OneToMany"]);
}
