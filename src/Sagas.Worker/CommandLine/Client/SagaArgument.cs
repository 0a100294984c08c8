using System.CommandLine;
using System.CommandLine.Parsing;

namespace Sagas.Worker.CommandLine.Client;

/// <summary>The saga that a command is about.</summary>
internal static class SagaArgument
{
    public static Argument<Guid> Create() => new("ID")
    {
        Description = "The saga's id, as 'list' shows it.",
        CustomParser = Parse,
    };

    private static Guid Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Guid.TryParse(text, out var id))
        {
            return id;
        }

        result.AddError(
            $"'{text}' is no saga id. It is a UUID, for instance 0196f6a0-5a0e-7c3c-9d8a-3f1c7a0b2d4e; "
                + "'list' shows them.");
        return default;
    }
}
