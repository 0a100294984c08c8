using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;

namespace Sagas.IntegrationTests.Containers;

/// <summary>
/// The servers that tests run on: images from <c>POSTGRES_IMAGE</c> and <c>RABBITMQ_IMAGE</c> (set by <c>./test</c>),
/// else the public ones, and ports that stay the same over kill and start.
/// </summary>
public static class Servers
{
    /// <summary>The image of PostgreSQL.</summary>
    public static string PostgreSqlImage => Image("POSTGRES_IMAGE", "postgres:17");

    /// <summary>The image of RabbitMQ.</summary>
    public static string RabbitMqImage => Image("RABBITMQ_IMAGE", "rabbitmq:4-management");

    /// <summary>
    /// A PostgreSQL server to be built. It keeps every commit over a kill (Testcontainers' own default does not).
    /// </summary>
    public static PostgreSqlBuilder PostgreSql() => new PostgreSqlBuilder()
        .WithImage(PostgreSqlImage)
        .WithPortBinding(FreePort.Take(), PostgreSqlBuilder.PostgreSqlPort)
        .WithCommand("-c", "fsync=on", "-c", "full_page_writes=on", "-c", "synchronous_commit=on")
        .WithCommand("-c", "max_connections=300");

    /// <summary>A RabbitMQ broker to be built.</summary>
    public static RabbitMqBuilder RabbitMq() => new RabbitMqBuilder()
        .WithImage(RabbitMqImage)
        .WithPortBinding(FreePort.Take(), RabbitMqBuilder.RabbitMqPort);

    private static string Image(string variable, string publicImage) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } image ? image : publicImage;
}
