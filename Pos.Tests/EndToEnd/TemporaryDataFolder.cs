namespace Pos.Tests.EndToEnd;

internal static class TemporaryDataFolder
{
    /// <summary>
    /// Creates a folder that other accounts can pass, so that Postgres keeps its database in it even if root runs the
    /// tests.
    /// </summary>
    public static string Create(string prefix)
    {
        var folder = Directory.CreateTempSubdirectory(prefix);
        if (!OperatingSystem.IsWindows())
            folder.UnixFileMode |= UnixFileMode.OtherExecute;
        return folder.FullName;
    }
}
