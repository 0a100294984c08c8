using System.Runtime.ExceptionServices;
using Microsoft.EntityFrameworkCore;

namespace Sagas.Persistence.Delivery;

internal static class ExecutionStrategyExtensions
{
    /// <summary>
    /// Runs work that has a transaction of its own. A context that retries by itself (EnableRetryOnFailure) permits
    /// that only within its strategy; it is run once all the same, since retries are the endpoint's: they begin with a
    /// fresh delivery.
    /// </summary>
    public static async Task RunOnceAsync(this DbContext context, Func<Task> work)
    {
        var strategy = context.Database.CreateExecutionStrategy();
        if (!strategy.RetriesOnFailure)
        {
            await work();
            return;
        }

        var failure = await strategy.ExecuteAsync(async () =>
        {
            try
            {
                await work();
                return null;
            }
            catch (Exception exception)
            {
                return ExceptionDispatchInfo.Capture(exception);
            }
        });
        failure?.Throw();
    }
}
