using MassTransit;
using Sagas.Engine.Definitions;

namespace Sagas.Orchestration.Undecided;

/// <summary>Why a worker cannot decide about a saga, as people read it.</summary>
internal static class UndecidedReason
{
    /// <summary>Of a row that cannot be read.</summary>
    public static string OfRow(Exception exception) =>
        $"The saga's row cannot be read here: {exception.GetBaseException().Message}";

    /// <summary>Of a delivery that failed, without what was wrapped around the failure.</summary>
    public static string Of(Exception exception) => exception.GetBaseException() switch
    {
        SagaDefinitionException definition => definition.Message,
        UnknownStateException state => $"The saga's state is none that this worker knows: {state.Message}",
        var cause => $"Deciding failed: {cause.GetType().Name}: {cause.Message}",
    };
}
