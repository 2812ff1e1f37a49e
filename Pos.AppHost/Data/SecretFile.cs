namespace Pos.AppHost;

/// <summary>A secret that is made once and kept in the data folder, readable by its owner only.</summary>
internal static class SecretFile
{
    /// <summary>The file's content; made when there is none.</summary>
    public static string Read(string path, Func<string> make)
    {
        if (!File.Exists(path))
            Write(path, make());
        return File.ReadAllText(path);
    }

    /// <summary>
    /// Writes or replaces the file. Whoever reads it meanwhile sees the old one; so does the next start, should this
    /// one be killed.
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
