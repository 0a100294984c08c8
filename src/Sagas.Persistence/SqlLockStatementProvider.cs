using System.Text;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Sagas.Persistence;

/// <summary>Writes lock statements with the names that the context's model has.</summary>
public class SqlLockStatementProvider : ILockStatementProvider
{
    private readonly string? _defaultSchema;
    private readonly ILockStatementFormatter _formatter;

    /// <summary>Uses the schemas of the model.</summary>
    /// <param name="formatter">Writes the statement.</param>
    /// <param name="enableSchemaCaching">Is ignored: the names are those of the model that the context has.</param>
    public SqlLockStatementProvider(ILockStatementFormatter formatter, bool enableSchemaCaching = true)
        : this(null, formatter, enableSchemaCaching)
    {
    }

    /// <summary>Uses a schema where the model names none.</summary>
    /// <param name="defaultSchema">The schema.</param>
    /// <param name="formatter">Writes the statement.</param>
    /// <param name="enableSchemaCaching">Is ignored: the names are those of the model that the context has.</param>
    public SqlLockStatementProvider(
        string? defaultSchema,
        ILockStatementFormatter formatter,
        bool enableSchemaCaching = true)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        _ = enableSchemaCaching;

        _defaultSchema = defaultSchema;
        _formatter = formatter;
    }

    /// <inheritdoc />
    public virtual string GetRowLockStatement<T>(DbContext context)
        where T : class
    {
        return GetRowLockStatement<T>(context, nameof(ISaga.CorrelationId));
    }

    /// <inheritdoc />
    public virtual string GetRowLockStatement<T>(DbContext context, params string[] propertyNames)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(propertyNames);

        var (entity, table) = Find(context, typeof(T));
        var statement = new StringBuilder();
        _formatter.Create(statement, table.Schema ?? _defaultSchema, table.Name);
        for (var i = 0; i < propertyNames.Length; i++)
        {
            _formatter.AppendColumn(statement, i, Column(entity, table, propertyNames[i]));
        }

        _formatter.Complete(statement);
        return statement.ToString();
    }

    /// <inheritdoc />
    public virtual string GetOutboxStatement(DbContext context)
    {
        var (entity, table) = Find(context, typeof(OutboxMessage));
        var statement = new StringBuilder();
        _formatter.CreateOutboxStatement(
            statement,
            table.Schema ?? _defaultSchema,
            table.Name,
            Column(entity, table, nameof(OutboxMessage.SequenceNumber)));
        return statement.ToString();
    }

    private static (IEntityType Entity, StoreObjectIdentifier Table) Find(DbContext context, Type type)
    {
        ArgumentNullException.ThrowIfNull(context);

        return context.Model.FindEntityType(type) is { } entity && entity.GetTableName() is { } table
            ? (entity, StoreObjectIdentifier.Table(table, entity.GetSchema()))
            : throw new InvalidOperationException($"The model of {context.GetType().Name} has no table of {type.Name}.");
    }

    private static string Column(IEntityType entity, StoreObjectIdentifier table, string property)
    {
        return entity.FindProperty(property)?.GetColumnName(table) ?? throw new InvalidOperationException(
            $"{entity.ClrType.Name} has no column of the property {property}.");
    }
}
