using MassTransit.Middleware;

namespace Sagas.Persistence;

/// <summary>Where what a scope sends outside of any delivery is written.</summary>
internal interface IBusOutbox : OutboxSendContext;
