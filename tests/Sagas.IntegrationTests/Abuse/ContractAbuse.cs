using System.Text.Json.Nodes;
using Sagas.Tests.Simulation;

namespace Sagas.IntegrationTests.Abuse;

/// <summary>
/// Messages in good form that do not fit, and such with fields that are missing, of the wrong type, out of range or
/// huge.
/// </summary>
internal sealed class ContractAbuse : IAbuse
{
    public BadInput Next(Dice dice, Victims victims)
    {
        var draft = Draft.Any(dice, victims);
        var attempt = draft.Message["attempt"]?.ToJsonString();
        for (var changes = dice.Next(4); changes > 0; changes--)
        {
            var field = dice.Pick([.. draft.Message.Select(x => x.Key).DefaultIfEmpty("sagaId")]);
            if (dice.Chance(0.3))
            {
                draft.Message.Remove(field);
            }
            else
            {
                draft.Message[field] = JsonValues.Wrong(dice);
            }
        }

        // Without its own attempt, the history tells it by its step.
        if (draft.Message["attempt"]?.ToJsonString() != attempt && draft.Message["step"] is JsonValue)
        {
            draft.Message["step"] = draft.Id.ToString();
        }

        return draft.Build("contract");
    }
}
