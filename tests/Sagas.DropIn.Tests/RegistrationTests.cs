using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sagas.DropIn.Tests.Registrations;
using Sagas.Persistence;

namespace Sagas.DropIn.Tests;

/// <summary>
/// An application as MassTransit's users write them: a request writes a row and publishes through the bus outbox, a state
/// machine saga and a consumer go on from there through theirs.
/// </summary>
public sealed class RegistrationTests : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sagas-");
    private readonly ConcurrentQueue<MemberEnrolled> _enrolled = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Submit_OneMember_IsEnrolledOnce()
    {
        using var host = await StartAsync();

        var registration = await SubmitAsync(host, "ada", "analysis");

        await UntilAsync(host, context => context.Set<RegistrationState>()
            .AnyAsync(state => state.CorrelationId == registration.Id && state.CurrentState == "Enrolled", Ct));
        await UntilAsync(host, async context => !await context.Set<OutboxMessage>().AnyAsync(Ct));
        _enrolled.ShouldHaveSingleItem().RegistrationId.ShouldBe(registration.Id);
        (await QueryAsync(host, context => context.Set<Enrolment>().CountAsync(Ct))).ShouldBe(1);
        await host.StopAsync(Ct);
    }

    [Fact]
    public async Task Submit_SameMemberAgain_PublishesNothing()
    {
        using var host = await StartAsync();
        var first = await SubmitAsync(host, "ada", "analysis");

        (await Should.ThrowAsync<InvalidOperationException>(() => SubmitAsync(host, "ada", "analysis")))
            .Message.ShouldBe("ada is registered for analysis already.");

        var other = await SubmitAsync(host, "ada", "algebra");
        await UntilAsync(host, context => context.Set<RegistrationState>()
            .AnyAsync(state => state.CorrelationId == other.Id && state.CurrentState == "Enrolled", Ct));
        (await QueryAsync(host, context => context.Set<RegistrationState>().Select(state => state.CorrelationId).ToListAsync(Ct)))
            .ShouldBe([first.Id, other.Id], ignoreOrder: true);
        await host.StopAsync(Ct);
    }

    public ValueTask DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private static Task<Registration> SubmitAsync(IHost host, string member, string course) =>
        InScopeAsync(host, services => services.GetRequiredService<RegistrationService>().SubmitAsync(member, course, Ct));

    private static Task<T> QueryAsync<T>(IHost host, Func<RegistrationDbContext, Task<T>> query) =>
        InScopeAsync(host, services => query(services.GetRequiredService<RegistrationDbContext>()));

    private static async Task<T> InScopeAsync<T>(IHost host, Func<IServiceProvider, Task<T>> work)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await work(scope.ServiceProvider);
    }

    private static async Task UntilAsync(IHost host, Func<RegistrationDbContext, Task<bool>> condition)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        timeout.CancelAfter(TimeSpan.FromSeconds(20));
        while (!await QueryAsync(host, condition))
        {
            await Task.Delay(20, timeout.Token);
        }
    }

    private async Task<IHost> StartAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        builder.Services.AddScoped<RegistrationService>();
        builder.Services.AddDbContext<RegistrationDbContext>(
            options => options.UseSqlite($"Data Source={Path.Combine(_folder.FullName, "registrations.db")};Default Timeout=10"));
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        builder.Services.AddMassTransit(x =>
        {
            x.SetKebabCaseEndpointNameFormatter();
            x.AddEntityFrameworkOutbox<RegistrationDbContext>(o =>
            {
                o.QueryDelay = TimeSpan.FromSeconds(1);
                o.DuplicateDetectionWindow = TimeSpan.FromSeconds(30);
                o.UseSqlite();
                o.UseBusOutbox();
            });
            x.AddHandler<MemberEnrolled>(message =>
            {
                _enrolled.Enqueue(message);
                return Task.CompletedTask;
            });
            x.AddConsumer<EnrolMemberConsumer, EnrolMemberConsumerDefinition>();
            x.AddSagaStateMachine<RegistrationStateMachine, RegistrationState, RegistrationStateDefinition>()
                .EntityFrameworkRepository(r =>
                {
                    r.ExistingDbContext<RegistrationDbContext>();
                    r.UseSqlite();
                });
            x.UsingInMemory((context, cfg) => cfg.ConfigureEndpoints(context));
        });
        var host = builder.Build();
        await InScopeAsync(
            host, services => services.GetRequiredService<RegistrationDbContext>().Database.EnsureCreatedAsync(Ct));
        await host.StartAsync(Ct);
        return host;
    }
}
