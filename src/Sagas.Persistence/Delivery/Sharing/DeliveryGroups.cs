using Microsoft.EntityFrameworkCore;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Outbox;
using Sagas.Persistence.Sql;

namespace Sagas.Persistence.Delivery.Sharing;

/// <summary>
/// Brings together the deliveries over one context that are in hand at the same moment: those that come while a
/// transaction is under way share the next one. Nobody waits for company. A second one begins beside it only when there
/// are more than fit into one: few and large ones cost less than many.
/// </summary>
internal sealed class DeliveryGroups<TDbContext>(
    Database<TDbContext> database,
    OutboxSettings<TDbContext> settings,
    [SagaClock] TimeProvider clock) : IDeliveryGroups
    where TDbContext : DbContext
{
    private const int MaxGroups = 4;

    private const int MaxMembers = 64;

    private readonly Lock _lock = new();
    private readonly HashSet<object> _inHand = [];
    private readonly LinkedList<DeliveryGroup.Question> _waiting = [];
    private int _groups;

    public Task<DeliveryGroup> JoinAsync(DeliveryTransaction member, DeliveryQuery query)
    {
        var question = new DeliveryGroup.Question(member, query);
        lock (_lock)
        {
            _waiting.AddLast(question);
            if (_groups > 0 && (_groups == MaxGroups || _waiting.Count < MaxMembers))
            {
                return question.Answered.Task;
            }

            _groups++;
        }

        // Not in the context of this delivery, whose trace it would carry into those of others.
        ThreadPool.UnsafeQueueUserWorkItem(static groups => _ = groups.RunAsync(), this, preferLocal: false);
        return question.Answered.Task;
    }

    /// <summary>Runs groups for as long as there are deliveries for one.</summary>
    private async Task RunAsync()
    {
        while (Take() is { Count: > 0 } questions)
        {
            var group = new DeliveryGroup(questions);
            try
            {
                await database.WriteAsync(
                    async session =>
                    {
                        await group.RunAsync(session, settings.Options.IsolationLevel, clock);
                        return true;
                    },
                    CancellationToken.None);
            }
            catch (Exception exception)
            {
                group.Fail(exception);
            }

            lock (_lock)
            {
                _inHand.ExceptWith(questions.Select(question => question.Query.Subject));
            }
        }
    }

    /// <summary>
    /// Takes those that wait, but one for each subject only: two for one saga run in the order they came in.
    /// </summary>
    private List<DeliveryGroup.Question> Take()
    {
        var taken = new List<DeliveryGroup.Question>();
        lock (_lock)
        {
            // The others take what is left.
            var isEnough = _groups > 1 && _waiting.Count < MaxMembers;
            for (var node = _waiting.First; !isEnough && node is not null && taken.Count < MaxMembers;)
            {
                var next = node.Next;
                if (_inHand.Add(node.Value.Query.Subject))
                {
                    taken.Add(node.Value);
                    _waiting.Remove(node);
                }

                node = next;
            }

            if (taken.Count == 0)
            {
                _groups--;
            }
        }

        return taken;
    }
}
