namespace Sagas.Engine.Definitions;

/// <summary>How places in a document are written: <c>steps[2].http.headers["X-Tenant"]</c>.</summary>
internal static class JsonPlace
{
    /// <summary>The place of a property; one that is no plain word stands in brackets, shortened.</summary>
    public static string Below(string path, string property)
    {
        var name = (property.Length > 0 && property.All(char.IsAsciiLetterOrDigit)) || property is "$schema"
            ? property
            : $"[{DisplayJson.Of(property.Length > 40 ? property[..40] + "…" : property)}]";
        return path.Length == 0 || name[0] == '[' ? path + name : $"{path}.{name}";
    }
}
