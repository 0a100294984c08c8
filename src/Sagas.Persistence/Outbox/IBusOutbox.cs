using MassTransit.Middleware;

namespace Sagas.Persistence.Outbox;

/// <summary>Where what a scope sends outside of any delivery is written.</summary>
internal interface IBusOutbox : OutboxSendContext;
