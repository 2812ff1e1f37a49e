using System.Runtime.InteropServices;

namespace Pos.LocalCloud.Streams.Storage;

/// <summary>Small files that are replaced as a whole: a reader after a crash finds the old content or the new.</summary>
internal static class DurableFile
{
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".tmp";
        using (var handle = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(handle, content, 0);
            RandomAccess.FlushToDisk(handle);
        }
        File.Move(temporary, path, overwrite: true);
        FlushFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Puts the folder's names on disk; a rename or a new file is not there after a power cut without (fsync(2), NOTES).</summary>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return; // NTFS journals names; a folder's handle cannot be flushed.
        var descriptor = Open(folder, 0);
        if (descriptor < 0)
            throw new IOException($"Cannot open the folder '{folder}' (errno {Marshal.GetLastPInvokeError()}).");
        try
        {
            if (Flush(descriptor) != 0)
                throw new IOException($"Cannot flush the folder '{folder}' (errno {Marshal.GetLastPInvokeError()}).");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Flush(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int descriptor);
}
