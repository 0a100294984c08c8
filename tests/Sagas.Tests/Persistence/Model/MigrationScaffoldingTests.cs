using System.Reflection;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Migrations.Design;
using Microsoft.Extensions.DependencyInjection;

namespace Sagas.Tests.Persistence.Model;

/// <summary>What <c>dotnet ef migrations add</c> writes for a context that has the participants' tables.</summary>
public sealed class MigrationScaffoldingTests
{
    [Theory]
    [InlineData("PostgreSQL")]
    [InlineData("SQLite")]
    public void Add_ContextOfAParticipant_CreatesItsOwnTableAndTheThreeOfTheBarrier(string database)
    {
        using var context = new ShopContext(Options(database));

        var migration = Scaffold(context);

        foreach (var table in (string[])["reservation", "inbox_state", "outbox_message", "step_barrier"])
        {
            migration.MigrationCode.ShouldContain($"name: \"{table}\"");
            migration.SnapshotCode.ShouldContain($"ToTable(\"{table}\"");
        }

        migration.MigrationCode.Split("migrationBuilder.CreateTable(").Length.ShouldBe(5);
        migration.MigrationCode.Split("migrationBuilder.DropTable(").Length.ShouldBe(5);
    }

    private static DbContextOptions<ShopContext> Options(string database)
    {
        var options = new DbContextOptionsBuilder<ShopContext>();
        return (database == "PostgreSQL" ? options.UseNpgsql("Host=nowhere") : options.UseSqlite("Data Source=nowhere.db")).Options;
    }

    private static ScaffoldedMigration Scaffold(DbContext context)
    {
        var design = new ServiceCollection().AddDbContextDesignTimeServices(context).AddEntityFrameworkDesignTimeServices();
        var provider = context.GetType().Assembly.GetReferencedAssemblies()
            .Select(Assembly.Load)
            .Append(Assembly.Load(context.Database.ProviderName!))
            .SelectMany(x => x.GetCustomAttributes<DesignTimeProviderServicesAttribute>().Select(y => x.GetType(y.TypeName)))
            .First(x => x!.Assembly.GetName().Name == context.Database.ProviderName)!;
        ((IDesignTimeServices)Activator.CreateInstance(provider)!).ConfigureDesignTimeServices(design);
        using var services = design.BuildServiceProvider();
        return services.GetRequiredService<IMigrationsScaffolder>().ScaffoldMigration("AddParticipant", "Shop");
    }

    private sealed class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Reservation>().ToTable("reservation");
            modelBuilder.AddInboxStateEntity();
            modelBuilder.AddOutboxMessageEntity();
            modelBuilder.AddStepBarrierEntity();
        }
    }

    private sealed class Reservation
    {
        public int Id { get; set; }
    }
}
