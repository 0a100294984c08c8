using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sagas.Samples;

var builder = Host.CreateApplicationBuilder(args);
var rabbitMq = builder.Configuration.GetConnectionString("RabbitMq") ?? "amqp://guest:guest@localhost:5672";
var database = builder.Configuration.GetConnectionString("Participants");

builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
builder.Services.AddMassTransit(bus =>
{
    bus.DisableUsageTelemetry();
    bus.AddSampleParticipants(database);
    bus.AddConsumerWatchdog();
    bus.UsingRabbitMq((context, rabbit) =>
    {
        rabbit.Host(new Uri(rabbitMq), host => host.KeepAlive(heartbeat: TimeSpan.FromSeconds(5)));
        rabbit.ReceiveSampleSteps(context);
    });
});

await builder.Build().RunAsync();
