using MassTransit;
using Sagas.Benchmarks.Systems.Twins;

namespace Sagas.Benchmarks.Systems.DropIn;

/// <summary>The twins' saga that publishes its end alone: eight messages where three steps complete.</summary>
internal sealed class DropInStateMachine : TwinStateMachine
{
    protected override Task TellAsync<T>(ConsumeContext context, T progress) => Task.CompletedTask;
}
