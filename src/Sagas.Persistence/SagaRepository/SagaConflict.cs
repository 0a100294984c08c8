using MassTransit;
using Microsoft.EntityFrameworkCore;

namespace Sagas.Persistence.SagaRepository;

/// <summary>Another delivery changed the saga meanwhile, or inserted it.</summary>
internal static class SagaConflict
{
    /// <remarks>
    /// Retry filters look at an exception and at the innermost one: those for EF's exceptions find this one, as they do with
    /// MassTransit's own store, and those for <see cref="ConcurrencyException" /> too.
    /// </remarks>
    public static DbUpdateConcurrencyException Create(string message, Type saga, Guid id) =>
        new(message, new ConcurrencyException(message, saga, id));
}
