using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Sagas.Participants;

/// <summary>Says which participant carries out which step.</summary>
/// <typeparam name="TDbContext">The participants' own database.</typeparam>
public sealed class StepParticipantsConfigurator<TDbContext>
    where TDbContext : DbContext
{
    private static readonly TimeSpan MinDeadlineMargin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxDeadlineMargin = TimeSpan.FromHours(1);

    private readonly IServiceCollection _services;

    internal StepParticipantsConfigurator(IServiceCollection services)
    {
        _services = services;
    }

    /// <summary>
    /// How long after the command's deadline, and at least how long altogether, a participant may work before it is
    /// cancelled, so that it does not hold its transaction for ever. The default is 30 seconds. Value must be from 1
    /// second to 1 hour.
    /// </summary>
    public TimeSpan DeadlineMargin
    {
        get;
        set => field = value >= MinDeadlineMargin && value <= MaxDeadlineMargin ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value),
                value,
                $"{nameof(DeadlineMargin)} must be from {MinDeadlineMargin} to {MaxDeadlineMargin}.");
    } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Has a step carried out by a participant, which is made anew, in a scope of its own, for every command.
    /// </summary>
    /// <typeparam name="TParticipant">The participant.</typeparam>
    /// <param name="name">The step's name, as the definition has it.</param>
    /// <returns>The same configurator.</returns>
    /// <exception cref="ArgumentException">The name is empty, or the step has a participant already.</exception>
    public StepParticipantsConfigurator<TDbContext> Step<TParticipant>(string name)
        where TParticipant : class, IStepParticipant
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var key = new StepParticipantKey(typeof(TDbContext), name);
        if (_services.Any(service => key.Equals(service.ServiceKey)))
        {
            throw new ArgumentException(
                $"The step '{name}' has a participant on {typeof(TDbContext).Name} already; "
                + $"{typeof(TParticipant).Name} cannot be another one. Name each step once.",
                nameof(name));
        }

        _services.TryAddScoped<TParticipant>();
        _services.AddKeyedScoped<IStepParticipant>(key, (provider, _) => provider.GetRequiredService<TParticipant>());
        return this;
    }
}
