using Xunit;

namespace Pos.Tests.Cdk;

/// <summary>
/// Compares a list with a file beside the tests. <c>POS_ACCEPT_SNAPSHOTS=1</c> writes the file; review its diff.
/// </summary>
internal static class Snapshot
{
    public static void Matches(string file, IEnumerable<string> lines)
    {
        var path = Path.Combine(Repository.Folder, "Pos.Tests", file);
        string[] actual = [.. lines.Order(StringComparer.Ordinal)];
        if (Environment.GetEnvironmentVariable("POS_ACCEPT_SNAPSHOTS") == "1")
            File.WriteAllLines(path, actual);
        var expected = File.ReadAllLines(path);
        Assert.Equal(expected.Except(actual), actual.Except(expected));
        Assert.Equal(expected, actual);
    }
}
