namespace LocalCloud.Tests.Support;

/// <summary>The folder of the solution from which the tests were built.</summary>
internal static class Repository
{
    public static string Folder { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Pos.sln")))
                return folder.FullName;
        }
        throw new DirectoryNotFoundException($"No Pos.sln above {AppContext.BaseDirectory}.");
    }
}
