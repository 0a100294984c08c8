using Microsoft.Extensions.DependencyInjection;

namespace Sagas.Persistence.Clock;

/// <summary>Asks for the clock of <see cref="SagaClock"/>.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class SagaClockAttribute() : FromKeyedServicesAttribute(SagaClock.Key);
