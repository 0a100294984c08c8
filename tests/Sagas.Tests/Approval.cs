using System.Runtime.CompilerServices;

namespace Sagas.Tests;

/// <summary>
/// Holds a text that other people's tools depend on against its approved form, a file beside the test. (The approval
/// libraries that can be had here are for xunit 2.)
/// </summary>
public static class Approval
{
    /// <summary>
    /// Compares with <c>{test file}.{name}.approved.txt</c>. Where they differ, the new text is left beside it as
    /// <c>.received.txt</c>: rename it to approve of the change.
    /// </summary>
    public static void Matches(string text, string name, [CallerFilePath] string testFile = "")
    {
        var stem = Path.Combine(
            Path.GetDirectoryName(testFile)!, $"{Path.GetFileNameWithoutExtension(testFile)}.{name}");
        var (approved, received) = ($"{stem}.approved.txt", $"{stem}.received.txt");
        var actual = text.ReplaceLineEndings("\n").TrimEnd() + "\n";
        var expected = File.Exists(approved) ? File.ReadAllText(approved) : "";
        if (actual == expected)
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, actual);
        var line = actual.Split('\n').Zip(expected.Split('\n').Append("")).TakeWhile(x => x.First == x.Second).Count();
        Assert.Fail(
            $"{Path.GetFileName(approved)} says otherwise from line {line + 1} on. If the change is meant, and nobody who "
            + $"depends on it breaks, rename {Path.GetFileName(received)} to it.");
    }
}
