using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Sagas.Dashboard.Queries;
using Sagas.Orchestration.Definitions;
using Sagas.Orchestration.Telemetry;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Sql;
using Sagas.Persistence.Store;

namespace Sagas.Dashboard.Commands;

/// <summary>
/// Withdraws versions of definitions, and restores them: no saga starts on a withdrawn one, at any worker, and those that
/// run on it go on. Every action is recorded with who and why, in one transaction with it.
/// </summary>
internal sealed class DefinitionWithdrawal(
    Database<SagaStoreDbContext> database,
    OperatorActions actions,
    SagaDefinitionCatalog definitions,
    [SagaClock] TimeProvider clock,
    ILogger<DefinitionWithdrawal> logger)
{
    /// <summary>Withdraws a version. A second time changes nothing.</summary>
    /// <returns>The version, or <see langword="null"/> if none such is stored.</returns>
    public Task<WithdrawalDone?> WithdrawAsync(
        string name, int version, string @operator, string reason, CancellationToken stop) => ChangeAsync(
            (name, version), clock.GetUtcNow().UtcDateTime, OperatorActions.DefinitionWithdrawn, @operator, reason, stop);

    /// <summary>Lets sagas start on a version again. A second time changes nothing.</summary>
    /// <inheritdoc cref="WithdrawAsync" path="/returns"/>
    public Task<WithdrawalDone?> RestoreAsync(
        string name, int version, string @operator, string reason, CancellationToken stop) =>
        ChangeAsync((name, version), null, OperatorActions.DefinitionRestored, @operator, reason, stop);

    private async Task<WithdrawalDone?> ChangeAsync(
        (string Name, int Version) key,
        DateTime? withdrawnAt,
        string action,
        string @operator,
        string reason,
        CancellationToken stop)
    {
        var (name, version) = key;
        var (isChanged, done) = await database.WriteAsync(
            async session =>
            {
                var context = session.Context;
                await using var transaction = await context.Database.BeginTransactionAsync(stop);
                var changed = await context.Set<SagaDefinitionRow>()
                    .Where(x => x.Name == name && x.Version == version)
                    .Where(x => x.WithdrawnAt == null == (withdrawnAt != null))
                    .ExecuteUpdateAsync(x => x.SetProperty(row => row.WithdrawnAt, withdrawnAt), stop);
                if (changed > 0)
                {
                    actions.Add(context, action, $"{name} v{version}", null, @operator, reason);
                    await context.SaveChangesAsync(stop);
                }

                var versions = await context.Set<SagaDefinitionRow>()
                    .Where(x => x.Name == name)
                    .Select(x => new { x.Version, x.WithdrawnAt })
                    .ToListAsync(stop);
                await transaction.CommitAsync(stop);
                return (changed > 0, versions.Find(x => x.Version == version) is not { } found
                    ? null
                    : new WithdrawalDone(
                        name,
                        version,
                        found.WithdrawnAt is { } since ? SagaViews.Utc(since) : null,
                        versions.Where(x => x.WithdrawnAt is null).Max(x => (int?)x.Version)));
            },
            stop);
        if (isChanged)
        {
            definitions.Refresh();
            logger.DefinitionChanged(action, name, version, @operator, reason);
        }

        return done;
    }
}

/// <summary>A version of a definition after it was withdrawn or restored.</summary>
/// <param name="Name">The definition's name.</param>
/// <param name="Version">The version.</param>
/// <param name="WithdrawnAt">Since when no saga starts on it; absent if sagas start on it.</param>
/// <param name="DefaultVersion">
/// What a start takes that names no version; absent if no version is left to start on.
/// </param>
internal sealed record WithdrawalDone(string Name, int Version, DateTimeOffset? WithdrawnAt, int? DefaultVersion);
