using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Sagas.Persistence;

/// <summary>The context of an audit table.</summary>
public class AuditDbContext : DbContext
{
    private readonly string _table;
    private readonly string? _schema;

    /// <summary>A context with the given options.</summary>
    /// <param name="options">The options.</param>
    /// <param name="auditTableName">The table.</param>
    /// <param name="auditTableSchema">Its schema, or <see langword="null"/> for the database's default.</param>
    public AuditDbContext(DbContextOptions options, string auditTableName, string? auditTableSchema = null)
        : base(options)
    {
        _table = auditTableName;
        _schema = auditTableSchema;
    }

    /// <summary>A context that says in <c>OnConfiguring</c> which database it uses.</summary>
    /// <param name="auditTableName">The table.</param>
    /// <param name="auditTableSchema">Its schema, or <see langword="null"/> for the database's default.</param>
    protected AuditDbContext(string auditTableName, string? auditTableSchema = null)
    {
        _table = auditTableName;
        _schema = auditTableSchema;
    }

    /// <inheritdoc />
    protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder)
    {
        ArgumentNullException.ThrowIfNull(optionsBuilder);

        optionsBuilder.ReplaceService<IModelCacheKeyFactory, ModelPerTable>();
    }

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);

        modelBuilder.ApplyConfiguration(new AuditMapping(_table, _schema));
    }

    /// <summary>
    /// EF has one model for each type of context: without this, all tables of a process would be the first one. Names
    /// that differ in case alone are one table, as in MassTransit's own store.
    /// </summary>
    private sealed class ModelPerTable : IModelCacheKeyFactory
    {
        public object Create(DbContext context, bool designTime)
        {
            var audit = (AuditDbContext)context;
            return (
                context.GetType(), designTime, audit._schema?.ToUpperInvariant(), audit._table.ToUpperInvariant());
        }
    }
}
