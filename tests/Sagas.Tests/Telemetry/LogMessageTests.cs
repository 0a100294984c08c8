using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Sagas.Tests.Telemetry;

/// <summary>Other people's filters and alerts go by event ids.</summary>
public sealed partial class LogMessageTests
{
    private static readonly Assembly[] Assemblies = [.. Product.Assemblies, typeof(Sagas.Samples.Database.SamplesDbContext).Assembly];

    private static readonly string[] Folders = ["src", "samples"];

    [Fact]
    public void EventIds_OfAllMessages_AreUnique()
    {
        var messages = Assemblies.SelectMany(x => x.GetTypes())
            .SelectMany(x => x.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(x => (Method: $"{x.DeclaringType!.Name}.{x.Name}", Attribute: x.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(x => x.Attribute is not null)
            .ToList();

        messages.Count.ShouldBeGreaterThan(40);
        messages.ShouldAllBe(x => x.Attribute!.EventId > 0);
        messages.GroupBy(x => x.Attribute!.EventId).Where(x => x.Count() > 1)
            .Select(x => $"{x.Key}: {string.Join(", ", x.Select(y => y.Method))}")
            .ShouldBeEmpty();
    }

    [Fact]
    public void Sources_LogThroughGeneratedMessagesOnly() => Folders
        .SelectMany(x => Directory.EnumerateFiles(Path.Combine(Repository.Root, x), "*.cs", SearchOption.AllDirectories))
        .Where(x => !x.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))
        .Where(x => DirectLogging().IsMatch(File.ReadAllText(x)))
        .ShouldBeEmpty();

    [GeneratedRegex(@"\.Log(Trace|Debug|Information|Warning|Error|Critical)?\(\s*(LogLevel|\$?""|[a-z]+,\s*\$?"")")]
    private static partial Regex DirectLogging();
}
