using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Sagas.Persistence.Outbox;

/// <summary>
/// Takes over what an application says in the options of MassTransit's own outbox services
/// (<see cref="OutboxDeliveryServiceOptions"/>, <see cref="InboxCleanupServiceOptions{T}"/>): they win over what
/// <c>AddEntityFrameworkOutbox</c> says, and the section of the configuration wins over them.
/// </summary>
internal sealed class OutboxServiceOptions<TDbContext>(
    IEnumerable<IConfigureOptions<OutboxDeliveryServiceOptions>> delivery,
    IEnumerable<IPostConfigureOptions<OutboxDeliveryServiceOptions>> afterDelivery,
    IEnumerable<IConfigureOptions<InboxCleanupServiceOptions<TDbContext>>> cleanup,
    IEnumerable<IPostConfigureOptions<InboxCleanupServiceOptions<TDbContext>>> afterCleanup)
    : IPostConfigureOptions<OutboxOptions>
    where TDbContext : DbContext
{
    public void PostConfigure(string? name, OutboxOptions options)
    {
        if (name == OutboxSettings<TDbContext>.Name)
        {
            TakeDelivery(options);
            TakeCleanup(options);
        }
    }

    private void TakeDelivery(OutboxOptions options)
    {
        var values = Fill(delivery, afterDelivery, new OutboxDeliveryServiceOptions
        {
            QueryDelay = options.QueryDelay,
            QueryMessageLimit = options.QueryMessageLimit,
            QueryTimeout = options.QueryTimeout,
            MessageDeliveryTimeout = options.MessageDeliveryTimeout,
        });
        options.QueryDelay = values.QueryDelay;
        options.QueryMessageLimit = values.QueryMessageLimit;
        options.QueryTimeout = values.QueryTimeout;
        options.MessageDeliveryTimeout = values.MessageDeliveryTimeout;
    }

    private void TakeCleanup(OutboxOptions options)
    {
        var values = Fill(cleanup, afterCleanup, new InboxCleanupServiceOptions<TDbContext>
        {
            DuplicateDetectionWindow = options.DuplicateDetectionWindow,
            QueryDelay = options.InboxCleanupDelay,
        });
        options.DuplicateDetectionWindow = values.DuplicateDetectionWindow;
        options.InboxCleanupDelay = values.QueryDelay;
    }

    private static TOptions Fill<TOptions>(
        IEnumerable<IConfigureOptions<TOptions>> configure,
        IEnumerable<IPostConfigureOptions<TOptions>> postConfigure,
        TOptions values)
        where TOptions : class
    {
        return new SeededFactory<TOptions>(configure, postConfigure, values).Create(Options.DefaultName);
    }

    private sealed class SeededFactory<TOptions>(
        IEnumerable<IConfigureOptions<TOptions>> configure,
        IEnumerable<IPostConfigureOptions<TOptions>> postConfigure,
        TOptions values) : OptionsFactory<TOptions>(configure, postConfigure)
        where TOptions : class
    {
        protected override TOptions CreateInstance(string name) => values;
    }
}
