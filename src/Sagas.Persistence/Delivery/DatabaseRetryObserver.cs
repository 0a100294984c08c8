using MassTransit;
using Microsoft.EntityFrameworkCore;
using Sagas.Persistence.Configuration;

namespace Sagas.Persistence.Delivery;

/// <summary>Reports deliveries that wait for the database, so that one line speaks for all of them.</summary>
internal sealed class DatabaseRetryObserver<TDbContext>(DatabaseWatch<TDbContext> watch) : IRetryObserver
    where TDbContext : DbContext
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
