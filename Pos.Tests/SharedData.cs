namespace Pos.Tests;

/// <summary>
/// Real data that some machines have beside the repository: <c>shared/data</c> in a folder above.
/// </summary>
internal static class SharedData
{
    /// <summary>The reason for skipping tests without the data.</summary>
    public const string Absent = "shared/data/online-retail-2010-12.csv is not next to the repository";

    /// <summary>The first week of the public UCI file: 16,985 rows, 757 purchases; null if it is missing.</summary>
    public static string? OnlineRetail { get; } = Find("online-retail-2010-12.csv");

    private static string? Find(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "shared", "data", name);
            if (File.Exists(path))
                return path;
        }
        return null;
    }
}
