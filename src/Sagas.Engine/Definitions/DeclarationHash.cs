using System.Security.Cryptography;
using System.Text.Json;
using Sagas.Contracts.Text;
using Sagas.Engine.Definitions.Http;

namespace Sagas.Engine.Definitions;

/// <summary>
/// SHA-256 over what was declared, written in one fixed way: properties in a fixed order, durations in one form,
/// nothing for what equals leaving it out. Two declarations that cannot behave differently under any configuration have
/// one hash.
/// </summary>
internal static class DeclarationHash
{
    public static string Compute(SagaDeclaration declaration)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("name", declaration.Name);
            json.WriteNumber("version", declaration.Version);
            Write(json, "deadline", declaration.Deadline);
            json.WriteStartArray("steps");
            ParallelGroups.Write(json, declaration.Steps, step => step!.Group, step => Write(json, step!));

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Convert.ToHexStringLower(SHA256.HashData(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
    }

    private static void Write(Utf8JsonWriter json, StepDeclaration step)
    {
        json.WriteStartObject();
        json.WriteString("name", step.Name);
        Write(json, DeclarationResolver.ParticipantOf(step));
        Write(json, step.Results);
        Write(json, "timeout", step.Timeout);
        json.WriteBoolean("pivot", step.Pivot);

        // A critical step differs from another one by the default of its retries alone.
        if (step.Critical && step.Retry?.Retries is null)
        {
            json.WriteBoolean("critical", true);
        }

        Write(json, step.Retry);
        if (step.Compensation is { } compensation)
        {
            json.WriteStartObject("compensation");
            Write(json, DeclarationResolver.ParticipantOf(compensation, step));
            Write(json, compensation.Results is [] ? null : compensation.Results);
            Write(json, "timeout", compensation.Timeout);
            Write(json, compensation.Retry);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Participant participant)
    {
        if (participant is HttpParticipant http)
        {
            HttpJson.WriteCanonical(json, http);
            return;
        }

        var queue = (QueueParticipant)participant;
        json.WriteString("queue", queue.Queue);
        json.WriteString("format", MessageFormatNames.Of(queue.Format));
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<string>? results)
    {
        if (results is not null)
        {
            json.WriteStartArray(ResultsRules.Property);
            foreach (var step in results.Order(StringComparer.Ordinal))
            {
                json.WriteStringValue(step);
            }

            json.WriteEndArray();
        }
    }

    private static void Write(Utf8JsonWriter json, RetryDeclaration? retry)
    {
        json.WriteStartObject("retry");
        if (retry?.Retries is { } retries)
        {
            json.WriteNumber("retries", retries);
        }

        Write(json, "interval", retry?.Interval);
        Write(json, "maxInterval", retry?.MaxInterval);
        if (retry?.Jitter is { } jitter)
        {
            json.WriteNumber("jitter", jitter);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string property, TimeSpan? duration)
    {
        if (duration is { } value)
        {
            json.WriteString(property, Duration.Format(value));
        }
    }
}
