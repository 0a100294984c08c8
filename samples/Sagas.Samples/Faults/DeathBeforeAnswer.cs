using System.Diagnostics;
using MassTransit;

namespace Sagas.Samples.Faults;

/// <summary>
/// Kills this process, as SIGKILL does, when a fatal answer is about to leave: its effect is committed, and so is the
/// answer, in the outbox. An answer is fatal to one process only: the next one sends it.
/// </summary>
public sealed class DeathBeforeAnswer : ISendObserver
{
    private const string Header = "sagas-samples-fatal-to";
    private readonly string _self = Guid.NewGuid().ToString();

    /// <summary>Makes an answer fatal to this process.</summary>
    public void Mark(SendContext answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        answer.Headers.Set(Header, _self);
    }

    public Task PreSend<T>(SendContext<T> context)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Headers.Get<string>(Header) == _self)
        {
            Process.GetCurrentProcess().Kill();
            // The first process of a container is immune to its own SIGKILL.
            Environment.FailFast("The saga's input makes this process die before it answers.");
        }

        return Task.CompletedTask;
    }

    public Task PostSend<T>(SendContext<T> context)
        where T : class
    {
        return Task.CompletedTask;
    }

    public Task SendFault<T>(SendContext<T> context, Exception exception)
        where T : class
    {
        return Task.CompletedTask;
    }
}
