using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Sagas.Worker.Orchestration;
using Sagas.Worker.Telemetry;
using Sagas.Worker.Transport;

namespace Sagas.Tests.Orchestration;

/// <summary>The state machine declares what the engine does: an undeclared decision would be a fault in production.</summary>
public sealed class SagaStateMachineDeclarationTests
{
    private const int Sagas = 3000;

    [Fact]
    public void Declared_RandomSagas_HasEveryTransitionOfTheEngine()
    {
        using var services = new ServiceCollection().AddMetrics().AddSingleton<SagaMetrics>().BuildServiceProvider();
        var machine = new SagaStateMachine(
            new Refusals(services.GetRequiredService<SagaMetrics>(), NullLogger<Refusals>.Instance));
        var seen = new HashSet<(string From, string Message, string To)>();
        for (var seed = 1; seed <= Sagas; seed++)
        {
            var saga = new SimulatedSaga(seed);
            saga.RunToTheEnd();
            seen.UnionWith(saga.Run.Transitions);
        }

        seen.Where(x => !machine.Declared.TryGetValue((x.From, x.Message), out var next) || !next.Contains(x.To))
            .ShouldBeEmpty();
        seen.Count.ShouldBeGreaterThan(25);
    }
}
