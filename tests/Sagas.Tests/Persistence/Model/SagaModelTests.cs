using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sagas.Persistence;
using Sagas.Tests.Persistence.Contract.UserCode;

namespace Sagas.Tests.Persistence.Model;

/// <summary>What a context may say about its sagas and its outbox.</summary>
public sealed class SagaModelTests
{
    [Fact]
    public void AddOutboxStateEntity_DbSetAndCallback_HasNoTable()
    {
        using var context = new ModelContext();

        context.Model.FindEntityType(typeof(OutboxState)).ShouldBeNull();
        ModelContext.CalledFor.ShouldBe(typeof(OutboxState));
        context.Model.FindEntityType(typeof(InboxState))!.GetSchema().ShouldBe("mail");
        context.Model.FindEntityType(typeof(OutboxMessage))!.GetTableName().ShouldBe("letters");
    }

    [Fact]
    public void ConfigureEntity_EachByItself_MapsTheSameAndTheStateToNothing()
    {
        var model = new ModelBuilder();
        model.Entity<InboxState>().ConfigureInboxStateEntity();
        model.Entity<OutboxMessage>().ConfigureOutboxMessageEntity();
        model.Entity<OutboxState>().ConfigureOutboxStateEntity();

        model.Model.GetEntityTypes().Select(entity => entity.GetTableName()).ShouldBe(
            ["inbox_state", "outbox_message", null], ignoreOrder: true);
    }

    [Fact]
    public void Configure_Overridden_MapsTheSaga()
    {
        using var context = new ModelContext();

        var saga = context.Model.FindEntityType(typeof(PickList)).ShouldNotBeNull();

        saga.GetTableName().ShouldBe("picking");
        saga.FindPrimaryKey()!.GetName().ShouldBe("pk_picking");
    }

    /// <summary>What a job faulted with is as long as it is.</summary>
    [Fact]
    public void JobMaps_LengthForEveryText_IsNotTheirs()
    {
        using var context = new ShortTextContext();

        var texts = context.Model.GetEntityTypes()
            .SelectMany(saga => saga.GetProperties())
            .Where(property => property.ClrType == typeof(string))
            .ToList();

        texts.Select(text => text.Name).ShouldContain(nameof(JobSaga.Reason));
        texts.Where(text => text.GetMaxLength() is not null).ShouldBeEmpty();
    }

    [Fact]
    public async Task HasJsonConversion_ChangedInside_IsNoticedAndReadBack()
    {
        var file = Path.GetTempFileName();
        try
        {
            var id = Guid.NewGuid();
            await using (var context = new ModelContext(file))
            {
                await context.Database.EnsureCreatedAsync(TestContext.Current.CancellationToken);
                context.Add(new Basket { Id = id, Items = { ["apple"] = 1 } });
                await context.SaveChangesAsync(TestContext.Current.CancellationToken);

                var basket = context.Set<Basket>().Single();
                basket.Items["pear"] = 2;
                (await context.SaveChangesAsync(TestContext.Current.CancellationToken)).ShouldBe(1);
                (await context.SaveChangesAsync(TestContext.Current.CancellationToken)).ShouldBe(0);
            }

            await using (var context = new ModelContext(file))
            {
                var basket = context.Set<Basket>().Single();
                basket.Items.ShouldBe(new Dictionary<string, int> { ["apple"] = 1, ["pear"] = 2 });
                basket.Notes.ShouldBeNull();
            }
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("postgres", "SELECT * FROM \"shop\".\"picking\" WHERE \"CorrelationId\" = @p0 FOR UPDATE")]
    [InlineData("sqlite", "SELECT * FROM \"picking\" WHERE \"CorrelationId\" = @p0")]
    [InlineData("sqlserver", "SELECT * FROM [shop].[picking] WITH (UPDLOCK, ROWLOCK) WHERE [CorrelationId] = @p0")]
    [InlineData(
        "serializable",
        "SELECT * FROM [shop].[picking] WITH (UPDLOCK, ROWLOCK, SERIALIZABLE) WHERE [CorrelationId] = @p0")]
    public void GetRowLockStatement_Always_NamesTheTable(string database, string expected)
    {
        using var context = new ModelContext();
        SqlLockStatementProvider provider = database switch
        {
            "postgres" => new PostgresLockStatementProvider("shop"),
            "sqlite" => new SqliteLockStatementProvider("shop"),
            "sqlserver" => new SqlServerLockStatementProvider("shop"),
            _ => new SqlServerLockStatementProvider("shop", serializable: true),
        };

        provider.GetRowLockStatement<PickList>(context).ShouldBe(expected);
        provider.GetRowLockStatement<PickList>(context, "CorrelationId", "Aisle").ShouldContain(" AND ");
        provider.GetOutboxStatement(context).ShouldContain("sequence_number");
    }

    private sealed class Basket
    {
        public Guid Id { get; set; }

        public Dictionary<string, int> Items { get; set; } = [];

        public List<string>? Notes { get; set; }
    }

    private sealed class ShortTextContext() : SagaDbContext(
        new DbContextOptionsBuilder<ShortTextContext>().UseSqlite("Data Source=:memory:").Options)
    {
        protected override IEnumerable<ISagaClassMap> Configurations =>
            [new JobTypeSagaMap(false), new JobSagaMap(false), new JobAttemptSagaMap(false)];

        protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
            configurationBuilder.Properties<string>().HaveMaxLength(100);
    }

    private sealed class PickingMap : SagaClassMap<PickList>
    {
        public override void Configure(ModelBuilder model)
        {
            base.Configure(model);
            model.Entity<PickList>().ToTable("picking");
        }

        protected override KeyBuilder ConfigureCorrelationIdKey(KeyBuilder keyBuilder) => keyBuilder.HasName("pk_picking");
    }

    private sealed class ModelContext(string? file = null) : SagaDbContext(
        new DbContextOptionsBuilder<ModelContext>().UseSqlite($"Data Source={file ?? ":memory:"}").Options)
    {
        public DbSet<OutboxState> OutboxStates => Set<OutboxState>();

        public static Type? CalledFor { get; private set; }

        protected override IEnumerable<ISagaClassMap> Configurations => [new PickingMap()];

        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            base.OnModelCreating(modelBuilder);
            modelBuilder.AddInboxStateEntity(entity => entity.ToTable("inbox", "mail"));
            modelBuilder.AddOutboxMessageEntity(entity => entity.ToTable("letters"));
            modelBuilder.AddOutboxStateEntity(entity => CalledFor = entity.Metadata.ClrType);
            modelBuilder.Entity<Basket>(basket =>
            {
                basket.Property(row => row.Items).HasJsonConversion();
                basket.Property(row => row.Notes).HasJsonConversion();
            });
        }
    }
}
