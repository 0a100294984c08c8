using MassTransit;
using Sagas.Persistence;

namespace Sagas.Worker.Orchestration;

/// <summary>Reports deliveries that wait for the database, so that one line speaks for all of them.</summary>
internal sealed class DatabaseRetryObserver(DatabaseWatch<SagaStoreDbContext> watch) : IRetryObserver
{
    public Task PostCreate<T>(RetryPolicyContext<T> context)
        where T : class, PipeContext => Task.CompletedTask;

    public Task PostFault<T>(RetryContext<T> context)
        where T : class, PipeContext
    {
        watch.Failed(context.Exception);
        return Task.CompletedTask;
    }

    public Task PreRetry<T>(RetryContext<T> context)
        where T : class, PipeContext => Task.CompletedTask;

    public Task RetryFault<T>(RetryContext<T> context)
        where T : class, PipeContext => Task.CompletedTask;

    public Task RetryComplete<T>(RetryContext<T> context)
        where T : class, PipeContext => Task.CompletedTask;
}
