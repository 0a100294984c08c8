using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Sagas.Persistence;

/// <summary>The options of one context's outbox.</summary>
internal sealed class OutboxSettings<TDbContext>(IOptionsMonitor<OutboxOptions> options)
    where TDbContext : DbContext
{
    public static string Name => typeof(TDbContext).FullName!;

    public OutboxOptions Options { get; } = options.Get(Name);
}
