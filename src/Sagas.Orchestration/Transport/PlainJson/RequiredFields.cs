using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Sagas.Orchestration.Transport.PlainJson;

/// <summary>Names a message type's required fields as JSON spells them.</summary>
internal static class RequiredFields
{
    public static string Of(Type type) => string.Join(", ", type
        .GetProperties()
        .Where(x => x.GetCustomAttribute<RequiredMemberAttribute>() is not null)
        .Select(x => JsonNamingPolicy.CamelCase.ConvertName(x.Name)));
}
