using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sagas.Contracts;
using Sagas.Samples;
using Sagas.Samples.Database;
using Sagas.Tests.Participants.Contract;

namespace Sagas.Tests.Samples;

/// <summary>The sample participants in a process of their own, and a saga's commands to them.</summary>
internal sealed class SampleHost : IAsyncDisposable
{
    private readonly IHost _host;

    private SampleHost(IHost host)
    {
        _host = host;
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<SampleHost> StartAsync(string file)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        builder.Services.AddSingleton<ReplyCollector>();
        builder.Services.AddMassTransit(bus =>
        {
            bus.AddSampleParticipants($"Data Source={file};Pooling=False");
            bus.UsingInMemory((context, memory) =>
            {
                memory.ReceiveEndpoint("sagas", endpoint =>
                    endpoint.Instance(context.GetRequiredService<ReplyCollector>()));
                memory.ReceiveSampleSteps(context);
            });
        });
        var host = builder.Build();
        await host.StartAsync(Ct);
        return new SampleHost(host);
    }

    public Task ExecuteAsync(
        Guid saga, string queue, string step, JsonObject input, int attempt = 1, object? results = null)
    {
        return SendAsync(queue, new ExecuteStep
        {
            SagaId = saga,
            SagaName = "sample",
            SagaVersion = 1,
            Step = step,
            Attempt = attempt,
            IdempotencyKey = $"{saga}/{step}/Execute/1",
            Input = JsonSerializer.SerializeToElement(input),
            Results = JsonSerializer.SerializeToElement(results ?? new { }),
            Deadline = DateTimeOffset.UtcNow.AddMinutes(1),
        });
    }

    public Task CompensateAsync(Guid saga, string queue, string step, JsonObject input, int attempt = 1)
    {
        return SendAsync(queue, new CompensateStep
        {
            SagaId = saga,
            SagaName = "sample",
            SagaVersion = 1,
            Step = step,
            Attempt = attempt,
            IdempotencyKey = $"{saga}/{step}/Compensate/1",
            Input = JsonSerializer.SerializeToElement(input),
            Results = JsonSerializer.SerializeToElement(new { }),
            Deadline = DateTimeOffset.UtcNow.AddMinutes(1),
        });
    }

    public Task<IStepReply> ReplyAsync()
    {
        return _host.Services.GetRequiredService<ReplyCollector>().NextAsync(Ct);
    }

    public async Task<T> QueryAsync<T>(Func<SamplesDbContext, Task<T>> query)
    {
        await using var scope = _host.Services.CreateAsyncScope();
        return await query(scope.ServiceProvider.GetRequiredService<SamplesDbContext>());
    }

    /// <summary>The saga's lines in <c>effect_log</c>, for instance <c>Execute charge-card</c>.</summary>
    public Task<List<string>> EffectsAsync(Guid saga)
    {
        return QueryAsync(database => database.EffectLog
            .Where(entry => entry.SagaId == saga)
            .OrderBy(entry => entry.Id)
            .Select(entry => entry.Direction + " " + entry.Step)
            .ToListAsync(Ct));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }

    private async Task SendAsync<T>(string queue, T command)
        where T : class
    {
        var endpoint = await _host.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri($"exchange:{queue}"));
        await endpoint.Send(command, context => context.ResponseAddress = new Uri("exchange:sagas"), Ct);
    }
}
