using System.Text.RegularExpressions;

namespace Sagas.Orchestration.HttpSteps;

/// <summary>
/// The hosts that may be called. Nothing else is, whatever a definition, an input or a redirect says.
/// </summary>
internal sealed partial class AllowedHosts(IEnumerable<string> entries)
{
    private readonly List<Entry> _entries = [.. entries.Select(Parse)];

    public static bool IsEntry(string text) => Form().IsMatch(text);

    /// <summary>Host and port, as an entry would name them: the port only where it is not the scheme's own.</summary>
    public static string EntryFor(Uri uri) => uri.IsDefaultPort ? HostOf(uri) : $"{HostOf(uri)}:{uri.Port}";

    /// <summary>Whether there could be an entry for it, on this worker or another.</summary>
    public static bool CouldAllow(Uri uri) =>
        uri.IsAbsoluteUri
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && IsEntry(EntryFor(uri));

    public bool Allow(Uri uri) => CouldAllow(uri) && _entries.Exists(entry => entry.Matches(HostOf(uri), uri));

    // An IPv6 address keeps its brackets, and a name is in the form that DNS is asked for.
    private static string HostOf(Uri uri) =>
        (uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost).ToLowerInvariant();

    private static Entry Parse(string text)
    {
        var match = Form().Match(text);
        var port = match.Groups["port"] is { Success: true } group
            ? int.Parse(group.ValueSpan, provider: null)
            : (int?)null;
        return new Entry(match.Groups["host"].Value.ToLowerInvariant(), match.Groups["below"].Success, port);
    }

    [GeneratedRegex(
        @"^(?<below>\*\.)?(?<host>[A-Za-z0-9_]([A-Za-z0-9._-]{0,252}[A-Za-z0-9_])?|\[[0-9A-Fa-f:.]{2,45}\])"
        + @"(:(?<port>[0-9]{1,5}))?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    private sealed record Entry(string Host, bool IsBelow, int? Port)
    {
        public bool Matches(string host, Uri uri) =>
            (Port is { } port ? uri.Port == port : uri.IsDefaultPort)
            && (IsBelow ? host.EndsWith($".{Host}", StringComparison.Ordinal) : host == Host);
    }
}
