using System.Collections.Frozen;
using MassTransit;
using Sagas.Contracts;
using Sagas.Worker.Orchestration;

namespace Sagas.Worker.Transport.PlainJson;

/// <summary>The message types that the worker's queue takes, by the names that plain JSON may give them.</summary>
internal static class MessageTypeNames
{
    private static readonly Type[] Types =
    [
        typeof(StartSaga), typeof(StepSucceeded), typeof(StepFailed), typeof(RetrySaga), typeof(SkipStep),
        typeof(CancelSaga), typeof(AbortSaga), typeof(SagaDue), typeof(StepOutcomeUnknown), typeof(StepDeferred),
    ];

    private static readonly FrozenDictionary<string, Type> ByName = Types
        .SelectMany(type => Names(type).Select(name => KeyValuePair.Create(name, type)))
        .ToFrozenDictionary();

    /// <summary>What an error message offers.</summary>
    public static string Known { get; } = string.Join(
        ", ", Types.Where(x => x.Namespace == typeof(StartSaga).Namespace).Select(x => x.Name));

    /// <summary>
    /// Finds a type by its name: <c>StartSaga</c>, <c>Sagas.Contracts:StartSaga</c> or MassTransit's URN of it.
    /// </summary>
    public static Type? Find(string name) => ByName.GetValueOrDefault(name);

    public static Type? Find(IEnumerable<string> names) => names.Select(Find).FirstOrDefault(x => x is not null);

    private static string[] Names(Type type)
    {
        var urn = MessageUrn.ForTypeString(type);
        return [type.Name, urn, urn["urn:message:".Length..]];
    }
}
