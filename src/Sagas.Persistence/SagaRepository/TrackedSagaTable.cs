using System.Data.Common;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using Sagas.Persistence.Delivery;

namespace Sagas.Persistence.SagaRepository;

/// <summary>
/// Sagas that are more than one flat row by their id (owned types, navigations, inheritance, foreign keys, another primary
/// key): EF tracks and saves them.
/// </summary>
internal sealed class TrackedSagaTable<TSaga>(
    DbContext context,
    DeliveryTransaction transaction,
    SagaRepositorySettings<TSaga> settings) : ISagaTable<TSaga>
    where TSaga : class, ISaga
{
    private IEntityType EntityType => context.Model.FindEntityType(typeof(TSaga))!;

    // Without a token that changes EF would not notice a change in between.
    private bool Locks => settings.ConcurrencyMode == ConcurrencyMode.Pessimistic
        || !EntityType.GetProperties().Any(property => IsCounted(property) || IsFilled(property));

    public async Task<TSaga?> LoadAsync(Guid id, CancellationToken cancellationToken)
    {
        if (Locks)
        {
            await LockAsync(id, cancellationToken);
        }

        // Tracked, whatever the context or the query does by default: what is not tracked is not saved.
        IQueryable<TSaga> sagas = context.Set<TSaga>();
        return await (settings.Query?.Invoke(sagas) ?? sagas)
            .AsTracking()
            .FirstOrDefaultAsync(saga => saga.CorrelationId == id, cancellationToken);
    }

    public async Task<bool> TryInsertAsync(TSaga saga, CancellationToken cancellationToken)
    {
        var savepoints = context.Database.AutoSavepointsEnabled;
        context.Database.AutoSavepointsEnabled = true;
        context.Add(saga);
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException exception) when (exception.InnerException is DbException)
        {
            context.Entry(saga).State = EntityState.Detached;
            var id = saga.CorrelationId;
            if (!await context.Set<TSaga>().AnyAsync(other => other.CorrelationId == id, cancellationToken))
            {
                throw;
            }

            return false;
        }
        finally
        {
            context.Database.AutoSavepointsEnabled = savepoints;
        }
    }

    public void Insert(TSaga saga)
    {
        context.Add(saga);
    }

    public void Update(TSaga saga)
    {
        if (EntityType.GetProperties().FirstOrDefault(IsCounted) is { } token
            && context.Entry(saga).Property(token) is { CurrentValue: int or long } version
            && Equals(version.CurrentValue, version.OriginalValue))
        {
            // EF counts up nothing by itself; a saga that does it is left alone.
            version.CurrentValue = version.CurrentValue is int number
                ? (object)(number + 1)
                : (long)version.CurrentValue + 1;
        }
    }

    public void Delete(TSaga saga)
    {
        context.Remove(saga);
    }

    public void Forget(TSaga saga)
    {
        context.Entry(saga).State = EntityState.Detached;
    }

    /// <summary>Whether it is a token that is counted up here. Only the saga knows whether others change.</summary>
    private static bool IsCounted(IProperty property) =>
        property is { IsConcurrencyToken: true, ValueGenerated: ValueGenerated.Never }
        && (property.ClrType == typeof(int) || property.ClrType == typeof(long));

    /// <summary>
    /// Whether it is a token that the database fills at each change: PostgreSQL fills its own <c>xmin</c> alone, where
    /// SQL Server fills each that <c>IsRowVersion</c> names.
    /// </summary>
    private static bool IsFilled(IProperty property) =>
        property.IsConcurrencyToken && property.GetColumnName() == "xmin";

    private async Task LockAsync(Guid id, CancellationToken cancellationToken)
    {
        var table = StoreObjectIdentifier.Table(EntityType.GetTableName()!, EntityType.GetSchema());
        var property = EntityType.FindProperty(nameof(ISaga.CorrelationId))!;
        var key = property.GetColumnName(table)!;
        var names = context.GetService<ISqlGenerationHelper>();
        await using var command = transaction.Dialect.CreateCommand(
            transaction.Connection,
            transaction.Transaction,
            $"SELECT 1 FROM {names.DelimitIdentifier(table.Name, table.Schema)} "
                + $"WHERE {names.DelimitIdentifier(key)} = $1{transaction.Dialect.ForUpdate}");
        command.Parameters.Add(property.GetRelationalTypeMapping().CreateParameter(
            command, transaction.Dialect.ParameterName(1), id, nullable: false));
        await command.ExecuteScalarAsync(cancellationToken);
    }
}
