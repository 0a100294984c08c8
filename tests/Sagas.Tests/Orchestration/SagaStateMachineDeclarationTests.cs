using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Sagas.Orchestration.Operators;
using Sagas.Orchestration.StateMachine;
using Sagas.Orchestration.Telemetry;
using Sagas.Orchestration.Transport;
using Sagas.Tests.Simulation;

namespace Sagas.Tests.Orchestration;

/// <summary>
/// The state machine declares what the engine does: an undeclared decision would be a fault in production.
/// </summary>
public sealed class SagaStateMachineDeclarationTests
{
    /// <summary>That the engine does nothing else is what the simulator sees to, a hundred thousand times.</summary>
    [Fact]
    public void Declared_HasEveryChangeOfStateThatTheSimulatorAllows()
    {
        using var services = new ServiceCollection().AddMetrics().AddSingleton<SagaMetrics>().BuildServiceProvider();
        using var log = new RefusalLog(TimeProvider.System, NullLogger<Refusals>.Instance);
        var told = new Refusals(
            services.GetRequiredService<SagaMetrics>(), log, TimeProvider.System, NullLogger<Refusals>.Instance);
        using var refused = new RefusedCommands(callers: null!, told, TimeProvider.System);
        var machine = new SagaStateMachine(refused);

        var changes = StateRules.Allowed.SelectMany(x => x.Value
            .Select(to => (From: x.Key.State.ToString(), x.Key.Message, To: to.ToString())));

        changes
            .Where(x => !machine.Declared.TryGetValue((x.From, x.Message), out var next) || !next.Contains(x.To))
            .ShouldBeEmpty();
    }
}
