using Sagas.Persistence.Configuration;

namespace Sagas.Persistence.Migrations;

/// <summary>Brings the tables up to date before anything else starts.</summary>
internal sealed class SagaSchemaService(SagaSchema schema) : HostedLifecycle
{
    public override Task StartingAsync(CancellationToken cancellationToken)
    {
        return schema.MigrateAsync(cancellationToken);
    }
}
