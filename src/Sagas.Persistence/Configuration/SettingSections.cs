using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sagas.Contracts.Text;

namespace Sagas.Persistence.Configuration;

/// <summary>Refuses misspelt sections, whose settings would be passed over.</summary>
internal static class SettingSections
{
    private const string Parent = "Sagas";

    /// <summary>Checks the sections under <c>Sagas</c> against those that options are bound from.</summary>
    /// <exception cref="OptionsValidationException">There are others.</exception>
    public static void Check(IServiceProvider services)
    {
        string[] known =
        [
            .. services.GetServices<SettingSection>()
                .Select(section => section.Path.Split(':'))
                .Where(path => path is [Parent, _])
                .Select(path => path[1])
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
        string[] failures =
        [
            .. services.GetRequiredService<IConfiguration>().GetSection(Parent).GetChildren()
                .Select(child => child.Key)
                .Where(key => !known.Contains(key, StringComparer.OrdinalIgnoreCase))
                .Select(key => $"{Parent}:{key} is not known. {Advice(key, known)}"),
        ];
        if (failures.Length > 0)
        {
            throw new OptionsValidationException(Parent, typeof(SettingSection), failures);
        }
    }

    private static string Advice(string key, string[] known) => Suggestion.For(key, known) is { } meant
        ? $"Did you mean {Parent}:{meant}?"
        : $"Allowed: {string.Join(", ", known)}.";
}
