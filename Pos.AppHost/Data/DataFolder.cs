using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Pos.AppHost.Backends;

namespace Pos.AppHost;

/// <summary>
/// The folder with all data between two starts: <c>.pos/</c> beside the solution, or <c>Pos:DataFolder</c>. Only one
/// AppHost at a time can use it. Each backend except the embedded one has a subfolder.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private const string LockFile = "lock";
    private static readonly string[] s_ofOtherBackends =
    [
        LockFile,
        BackendSelection.LocalStack,
        BackendSelection.Aws,
        AwsBackend.OutputsFile,
    ];

    private readonly string _backendFolder;
    private readonly FileStream? _lock;

    private DataFolder(string path, string backendFolder, FileStream? heldLock)
    {
        Path = path;
        _backendFolder = backendFolder;
        _lock = heldLock;
    }

    public string Path { get; }

    /// <summary>The file with the addresses of the running parts, by name; for <c>pos</c> and scripts.</summary>
    public string Endpoints => System.IO.Path.Combine(Path, "endpoints.json");

    /// <summary>The file with the processes that use the folder now.</summary>
    public string Processes => ProcessesIn(Path);

    /// <summary>Identifies the folder's content. Changes when the folder is emptied.</summary>
    public string Identity => _lock is null ? "" : Secret("id", () => RandomNumberGenerator.GetHexString(12, true));

    /// <summary>Returns a path in the backend's folder.</summary>
    public string this[string name] => System.IO.Path.Combine(_backendFolder, name);

    /// <summary>Opens the folder and creates it if needed.</summary>
    /// <param name="path">Full path.</param>
    /// <param name="fresh">True to delete the backend's data first.</param>
    /// <param name="backend">Name of the backend that uses the folder.</param>
    /// <exception cref="DataFolderException">Another AppHost uses the folder, or it cannot be written.</exception>
    public static DataFolder Open(string path, bool fresh, string backend = BackendSelection.Embedded)
    {
        try
        {
            var backendFolder = FolderOf(path, backend);
            Directory.CreateDirectory(backendFolder);
            var heldLock = TakeLock(path, System.IO.Path.Combine(path, LockFile));
            PreviousRun.WaitForEnd(ProcessesIn(path));
            if (fresh)
                Delete(backendFolder, except: backendFolder == path ? s_ofOtherBackends : []);
            return new DataFolder(path, backendFolder, heldLock);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new DataFolderException(
                $"Cannot use {path}: {error.Message} If another user created it, "
                    + "choose another folder with --Pos:DataFolder=PATH."
            );
        }
    }

    /// <summary>Describes the folder for a manifest, without creating or locking it.</summary>
    public static DataFolder Describe(string path, string backend) => new(path, FolderOf(path, backend), null);

    /// <summary>Returns a secret, which is created once and readable to its owner only.</summary>
    public string Secret(string name, Func<string> create) => SecretFile.Read(this[name], create);

    /// <summary>Deletes the data of stores. Secrets stay, because running processes use them.</summary>
    public void DeleteStores(params string[] stores)
    {
        foreach (var store in stores)
            Delete(this[store]);
    }

    public void Dispose() => _lock?.Dispose();

    private static string FolderOf(string path, string backend) =>
        backend == BackendSelection.Embedded ? path : System.IO.Path.Combine(path, backend);

    private static string ProcessesIn(string path) => System.IO.Path.Combine(path, "processes");

    private static FileStream TakeLock(string path, string lockFile)
    {
        try
        {
            return new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new DataFolderException(
                $"Another AppHost is running on {path}. Stop it, or choose another folder with --Pos:DataFolder=PATH."
            );
        }
    }

    private static void Delete(string folder, string[] except)
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries(folder))
        {
            if (!except.Contains(System.IO.Path.GetFileName(entry)))
                Delete(entry);
        }
    }

    /// <summary>Deletes a file or folder. For a link, also deletes the folder that it points to.</summary>
    private static void Delete(string path)
    {
        if (new FileInfo(path).LinkTarget is not null)
        {
            if (Directory.ResolveLinkTarget(path, returnFinalTarget: true) is DirectoryInfo { Exists: true } target)
                target.Delete(recursive: true);
            File.Delete(path);
        }
        else if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }
}

internal sealed class DataFolderException(string message) : StartRefusedException(message);

internal static class DataFolderSetup
{
    /// <summary>Opens the data folder for as long as the application lives.</summary>
    public static DataFolder AddDataFolder(this IDistributedApplicationBuilder builder, bool fresh)
    {
        var path = Path.GetFullPath(builder.Configuration["Pos:DataFolder"] ?? "../.pos", builder.AppHostDirectory);
        if (builder.ExecutionContext.IsPublishMode)
            return DataFolder.Describe(path, builder.BackendName());
        var data = StartRefusal.Print(() => DataFolder.Open(path, fresh, builder.BackendName()));
        builder.Services.AddSingleton(_ => data); // The container disposes of what a factory returns.
        builder.Services.AddHostedService<RunningProcesses>();
        return data;
    }

    /// <summary>Adds a secret parameter, whose value the data folder keeps.</summary>
    public static IResourceBuilder<ParameterResource> AddSecret(
        this IDistributedApplicationBuilder builder,
        DataFolder data,
        string name,
        Func<string> create
    ) => builder.AddParameter(name, () => data.Secret(name, create), secret: true);
}
