using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Sagas.Persistence;

namespace Sagas.Benchmarks.Participants;

/// <summary>Registers the participants on the barrier, in a process of their own or in the worker's.</summary>
internal static class BarrierParticipants
{
    public static void AddBarrierParticipants(this IBusRegistrationConfigurator bus, string database)
    {
        bus.TryAddSingleton(TimeProvider.System);
        bus.AddDbContextPool<BenchmarkDbContext>(options => options.UseSagaDatabase(SagaDatabase.Detect(database)));
        bus.AddEntityFrameworkOutbox<BenchmarkDbContext>();
        bus.AddScoped<BenchmarkStep>();
        bus.AddStepParticipants<BenchmarkDbContext>(steps =>
        {
            foreach (var number in Enumerable.Range(1, 10))
            {
                steps.Step<BenchmarkStep>(BenchmarkSagas.StepName(number));
            }
        });
    }

    /// <summary>Makes their tables if they are not there yet.</summary>
    public static async Task CreateTablesAsync(IServiceProvider services, CancellationToken stop)
    {
        await using var scope = services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<BenchmarkDbContext>().Database.EnsureCreatedAsync(stop);
    }
}
