using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace Pos.AppHost;

/// <summary>
/// What survives a restart: <c>.pos/</c> at the solution's root, or <c>Pos:DataFolder</c>. One AppHost at a time works on it.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream heldLock)
    {
        Path = path;
        _lock = heldLock;
    }

    public string Path { get; }

    /// <summary>Where the running parts can be reached, by name; for <c>pos</c> and scripts.</summary>
    public string Endpoints => this["endpoints.json"];

    /// <summary>The processes that work on the folder now.</summary>
    public string Processes => ProcessesIn(Path);

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <param name="path">Made when missing.</param>
    /// <param name="fresh">Whether to delete what is in it.</param>
    /// <exception cref="DataFolderException">Another AppHost has it, or it cannot be written.</exception>
    public static DataFolder Open(string path, bool fresh)
    {
        try
        {
            Directory.CreateDirectory(path);
            var lockFile = System.IO.Path.Combine(path, "lock");
            var heldLock = TakeLock(path, lockFile);
            PreviousRun.WaitForEnd(ProcessesIn(path));
            if (fresh)
                Clear(path, except: lockFile);
            return new DataFolder(path, heldLock);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new DataFolderException($"{path} cannot be used: {error.Message} Was it made by another user? Pos:DataFolder names another folder.");
        }
    }

    public void Dispose() => _lock.Dispose();

    private static string ProcessesIn(string path) => System.IO.Path.Combine(path, "processes");

    private static FileStream TakeLock(string path, string lockFile)
    {
        try
        {
            return new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new DataFolderException($"Another AppHost is running on {path}. Stop it, or give this one a folder of its own with --Pos:DataFolder=PATH.");
        }
    }

    private static void Clear(string path, string except)
    {
        foreach (var entry in new DirectoryInfo(path).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo folder)
                folder.Delete(recursive: true);
            else if (entry.FullName != except)
                entry.Delete();
        }
    }
}

internal sealed class DataFolderException(string message) : Exception(message);

internal static class DataFolderSetup
{
    /// <summary>Opens the data folder, for as long as the application lives.</summary>
    public static DataFolder AddDataFolder(this IDistributedApplicationBuilder builder, bool fresh)
    {
        var data = Open(Path.GetFullPath(builder.Configuration["Pos:DataFolder"] ?? "../.pos", builder.AppHostDirectory), fresh);
        builder.Services.AddSingleton(_ => data); // a factory's result is disposed of with the application
        builder.Services.AddHostedService<RunningProcesses>();
        return data;
    }

    private static DataFolder Open(string path, bool fresh)
    {
        try
        {
            return DataFolder.Open(path, fresh);
        }
        catch (DataFolderException refused) when (Assembly.GetEntryAssembly() == typeof(DataFolder).Assembly)
        {
            // Who runs the AppHost needs the sentence, not where in the code it was said.
            Console.Error.WriteLine(refused.Message);
            Environment.Exit(1);
            throw;
        }
    }
}
