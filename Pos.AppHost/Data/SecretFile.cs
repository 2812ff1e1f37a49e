namespace Pos.AppHost;

/// <summary>Stores a secret in a file that only its owner can read.</summary>
internal static class SecretFile
{
    /// <summary>Returns the file's content. Creates the file if it is missing.</summary>
    public static string Read(string path, Func<string> create)
    {
        if (!File.Exists(path))
            Write(path, create());
        return File.ReadAllText(path);
    }

    /// <summary>
    /// Writes or replaces the file in one step: readers see the old or the new content, even after a kill.
    /// </summary>
    public static void Write(string path, string content)
    {
        var written = path + ".new";
        File.Delete(written);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(written, options))
            writer.Write(content);
        File.Move(written, path, overwrite: true);
    }
}
