using Microsoft.Extensions.Configuration;
using Sagas.Contracts.Text;

namespace Sagas.Orchestration.Store;

/// <summary>
/// The names that the worker reads under <c>ConnectionStrings</c>. A misspelt one would otherwise mean the embedded
/// default: a SQLite file, and no broker.
/// </summary>
internal static class ConnectionStringNames
{
    private const string Section = "ConnectionStrings";
    private static readonly string[] Known = ["Sagas", "RabbitMq"];

    /// <exception cref="FormatException">There is another name.</exception>
    public static void Check(IConfiguration configuration)
    {
        string[] mistakes =
        [
            .. configuration.GetSection(Section).GetChildren()
                .Where(x => !Known.Contains(x.Key, StringComparer.OrdinalIgnoreCase))
                .Select(x => $"{Section}:{x.Key} is not known. {Advice(x.Key)}"),
        ];
        if (mistakes.Length > 0)
        {
            throw new FormatException(string.Join(Environment.NewLine, mistakes));
        }
    }

    private static string Advice(string name) => Suggestion.For(name, Known) is { } meant
        ? $"Did you mean {Section}:{meant}?"
        : $"Allowed: {string.Join(", ", Known)}.";
}
