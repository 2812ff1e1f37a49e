namespace Pos.Ui.Import;

/// <summary>
/// Where this process keeps the files of its imports. It ends with the process; what one that was killed has left is
/// taken away by the next.
/// </summary>
internal sealed class ImportFolder : IDisposable
{
    private const string Prefix = "pos-imports-";
    private const string LockName = "lock";

    // A lock that is younger may be there and not be taken yet.
    private static readonly TimeSpan s_making = TimeSpan.FromMinutes(1);

    private readonly FileStream _held;

    /// <param name="parent">The system's folder for temporary files, in general.</param>
    /// <param name="now">What is left is judged by it.</param>
    /// <exception cref="IOException">The disk is full.</exception>
    public ImportFolder(string parent, DateTimeOffset now)
    {
        foreach (var other in Directory.EnumerateDirectories(parent, Prefix + "*"))
            DeleteIfLeft(other, now - s_making);
        Path = System.IO.Path.Combine(parent, Prefix + Guid.NewGuid().ToString("n"));
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(Path);
        else
            // what is imported is nobody else's
            Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _held = Hold(Path);
    }

    public string Path { get; }

    public void Dispose()
    {
        _held.Dispose();
        Directory.Delete(Path, recursive: true);
    }

    // The system lets go of a process's locks however it ends.
    private static FileStream Hold(string folder) =>
        new(System.IO.Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private static void DeleteIfLeft(string folder, DateTimeOffset before)
    {
        if (
            new FileInfo(System.IO.Path.Combine(folder, LockName)) is not { Exists: true } held
            || held.LastWriteTimeUtc >= before.UtcDateTime
        )
            return;
        try
        {
            Hold(folder).Dispose();
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // Another process works there, or another user's did.
        }
    }
}
