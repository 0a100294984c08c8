using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sagas.Contracts.Text;
using Sagas.Engine.Definitions.Http;

namespace Sagas.Engine.Definitions;

/// <summary>
/// The stored form of a definition: the same JSON that an author writes, with every default filled in, so that it can
/// be read, compared and copied like a file, and read back whatever the worker's defaults are by then.
/// </summary>
internal static class DefinitionJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(SagaDefinition definition)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            json.WriteString("name", definition.Name);
            json.WriteNumber("version", definition.Version);
            json.WriteString("description", definition.Description);
            if (definition.Deadline is { } deadline)
            {
                json.WriteString("deadline", Duration.Format(deadline));
            }

            json.WriteStartArray("steps");
            ParallelGroups.Write(json, definition.Steps, step => step.Group, step => Write(json, step));

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    /// <summary>Reads a stored definition.</summary>
    /// <param name="content">The stored text.</param>
    /// <param name="source">What to call it in an error.</param>
    /// <exception cref="SagaDefinitionException">The text is not a definition that this worker understands.</exception>
    public static SagaDefinition Read(string content, string source)
    {
        // Only the structure is checked. A rule that came with a later worker must not strand a saga that is in flight.
        var mistakes = new MistakeList(source);
        var declaration = DeclarationReader.Read(Encoding.UTF8.GetBytes(content), mistakes);
        SagaDefinitionException.ThrowIfAny(mistakes);
        return declaration!.Resolve(new DefinitionDefaults());
    }

    private static void Write(Utf8JsonWriter json, StepDefinition step)
    {
        json.WriteStartObject();
        json.WriteString("name", step.Name);
        Write(json, step.Participant);
        Write(json, step.Results);
        json.WriteString("timeout", Duration.Format(step.Timeout));
        json.WriteBoolean("pivot", step.Pivot);
        Write(json, step.Retry);
        if (step.Compensation is { } compensation)
        {
            json.WriteStartObject("compensation");
            Write(json, compensation.Participant);
            Write(json, compensation.Results is [] ? null : compensation.Results);
            json.WriteString("timeout", Duration.Format(compensation.Timeout));
            Write(json, compensation.Retry);
            json.WriteEndObject();
        }
        else
        {
            json.WriteBoolean("compensation", false);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Participant participant)
    {
        if (participant is HttpParticipant http)
        {
            HttpJson.Write(json, http);
            return;
        }

        var queue = (QueueParticipant)participant;
        json.WriteString("queue", queue.Queue);
        json.WriteString("format", MessageFormatNames.Of(queue.Format));
    }

    /// <summary>Workers that do not know it yet read every definition that says nothing of it.</summary>
    private static void Write(Utf8JsonWriter json, IReadOnlyList<string>? results)
    {
        if (results is not null)
        {
            json.WriteStartArray(ResultsRules.Property);
            foreach (var step in results)
            {
                json.WriteStringValue(step);
            }

            json.WriteEndArray();
        }
    }

    private static void Write(Utf8JsonWriter json, RetryPolicy retry)
    {
        json.WriteStartObject("retry");
        json.WriteNumber("retries", retry.Retries);
        json.WriteString("interval", Duration.Format(retry.Interval));
        json.WriteString("maxInterval", Duration.Format(retry.MaxInterval));
        json.WriteNumber("jitter", retry.Jitter);
        json.WriteEndObject();
    }
}
