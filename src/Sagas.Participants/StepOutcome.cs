using System.Text.Json;

namespace Sagas.Participants;

/// <summary>What became of a command. Everything but a success rolls the participant's database back.</summary>
public sealed record StepOutcome
{
    private const int CodeLength = 100;
    private const int MessageLength = 2000;

    private StepOutcome(StepOutcomeKind kind)
    {
        Kind = kind;
    }

    /// <summary>Which of the four it is.</summary>
    public StepOutcomeKind Kind { get; }

    /// <summary>The result of a success, or <see langword="null"/>.</summary>
    public JsonElement? Result { get; private init; }

    /// <summary>A short stable code for programs, or an empty string for a success.</summary>
    public string Code { get; private init; } = "";

    /// <summary>What went wrong, for people, or an empty string for a success.</summary>
    public string Message { get; private init; } = "";

    /// <summary>It was carried out, and there is nothing to tell.</summary>
    /// <returns>The outcome.</returns>
    public static StepOutcome Succeeded()
    {
        return new StepOutcome(StepOutcomeKind.Succeeded);
    }

    /// <summary>It was carried out.</summary>
    /// <typeparam name="T">The result's type.</typeparam>
    /// <param name="result">What later steps and the compensation may need. Written as JSON with camel-case
    /// names.</param>
    /// <returns>The outcome.</returns>
    public static StepOutcome Succeeded<T>(T result)
    {
        return new StepOutcome(StepOutcomeKind.Succeeded)
        {
            Result = JsonSerializer.SerializeToElement(result, JsonSerializerOptions.Web),
        };
    }

    /// <summary>
    /// It had no effect, and trying again would not help: the saga turns back. The answer of an execution is recorded,
    /// and repeated for repeated commands.
    /// </summary>
    /// <param name="code">A short stable code for programs, for instance <c>CARD_DECLINED</c>: 1 to 100
    /// characters.</param>
    /// <param name="message">What went wrong, for people; cut off after 2,000 characters. No secrets, no
    /// payloads.</param>
    /// <returns>The outcome.</returns>
    /// <exception cref="ArgumentException">The code is empty or too long.</exception>
    public static StepOutcome Failed(string code, string message = "")
    {
        return WithoutEffect(StepOutcomeKind.Failed, code, message);
    }

    /// <summary>
    /// It had no effect, and another attempt may succeed. The answer is recorded, so that a copy of this very command
    /// has no effect either when it comes late; the next attempt really tries.
    /// </summary>
    /// <param name="code">A short stable code for programs, for instance <c>BANK_BUSY</c>: 1 to 100 characters.</param>
    /// <param name="message">What went wrong, for people; cut off after 2,000 characters. No secrets, no
    /// payloads.</param>
    /// <returns>The outcome.</returns>
    /// <exception cref="ArgumentException">The code is empty or too long.</exception>
    public static StepOutcome Retry(string code, string message = "")
    {
        return WithoutEffect(StepOutcomeKind.Retry, code, message);
    }

    /// <summary>
    /// It may have had an effect outside of the participant's database, for instance when the answer of another service
    /// got lost. Nothing is answered and nothing is recorded: the worker asks again under the same idempotency key.
    /// </summary>
    /// <param name="message">What happened, for the participant's log.</param>
    /// <returns>The outcome.</returns>
    public static StepOutcome Unknown(string message = "")
    {
        return new StepOutcome(StepOutcomeKind.Unknown) { Message = message };
    }

    private static StepOutcome WithoutEffect(StepOutcomeKind kind, string code, string message)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(code);
        ArgumentNullException.ThrowIfNull(message);
        if (code.Length > CodeLength)
        {
            throw new ArgumentException(
                $"The code has {code.Length} characters; shorten it to at most {CodeLength}.", nameof(code));
        }

        return new StepOutcome(kind)
        {
            Code = code,
            Message = message.Length > MessageLength ? message[..MessageLength] : message,
        };
    }
}
