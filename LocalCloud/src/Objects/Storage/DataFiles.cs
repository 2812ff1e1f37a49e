using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Json;
using LocalCloud.Storage;
using Microsoft.Win32.SafeHandles;

namespace LocalCloud.Objects.Storage;

/// <summary>
/// The files with the objects' content, named by numbers: <c>data/00000a/000000a3f1</c>. Names do not come from keys,
/// so they cannot leave the folder, be too long or clash on a file system that ignores case. The journal maps keys to
/// files.
/// </summary>
/// <remarks>
/// A file has the content, the CRC-32 of each 64 KiB block of it, its <see cref="ObjectAttributes"/> as JSON, and their
/// length and checksum. Content starts at offset 0, and a range is verified by its blocks. A <see cref="Pack"/> is a
/// sequence of such files. 4,096 numbers share a folder.
/// </remarks>
internal sealed class DataFiles
{
    /// <summary>Bytes of content that share a checksum.</summary>
    public const int BlockSize = 64 * 1024;
    private const int FilesPerFolderBits = 12;
    private const int FirstReadBytes = 2048; // A longer footer takes a second read.
    private const int FooterTail = 8; // Length and CRC-32 of the attributes.
    private readonly string _root;
    private readonly Lock _lock = new();
    private long _nextId;
    private long _folderMade = -1;

    public DataFiles(string root)
    {
        _root = root;
        Directory.CreateDirectory(root);
        // Each start uses a new folder, so it reuses no number that an interrupted write may have left on disk.
        FirstId = _nextId = (Folders().DefaultIfEmpty(-1).Max() + 1) << FilesPerFolderBits;
    }

    /// <summary>Files with smaller numbers existed before this start.</summary>
    public long FirstId { get; }

    public (long Id, SafeFileHandle Handle) Create()
    {
        long id;
        lock (_lock)
        {
            id = _nextId++;
            if (id >> FilesPerFolderBits is var folder && folder != _folderMade)
            {
                Directory.CreateDirectory(FolderPath(id));
                FolderSync.Flush(_root);
                _folderMade = folder;
            }
        }
        return (
            id,
            File.OpenHandle(FilePath(id), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete)
        );
    }

    /// <summary>Opens a file for reading. The handle stays readable if the file is deleted meanwhile.</summary>
    /// <exception cref="FileNotFoundException">The file was deleted.</exception>
    public SafeFileHandle Open(long id) =>
        File.OpenHandle(FilePath(id), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>Returns the file's length in bytes; 0 if it does not exist.</summary>
    public long Length(long id) => new FileInfo(FilePath(id)) is { Exists: true } file ? file.Length : 0;

    public void Delete(long id) => File.Delete(FilePath(id));

    public string FolderPath(long id) =>
        Path.Combine(_root, (id >> FilesPerFolderBits).ToString("x6", CultureInfo.InvariantCulture));

    private string FilePath(long id) => Path.Combine(FolderPath(id), id.ToString("x10", CultureInfo.InvariantCulture));

    /// <summary>Returns the numbers of the files that existed at this start.</summary>
    public IEnumerable<long> EarlierFiles()
    {
        foreach (var folder in Folders().Where(folder => folder < FirstId >> FilesPerFolderBits))
        {
            foreach (var path in Directory.EnumerateFiles(FolderPath(folder << FilesPerFolderBits)))
            {
                if (
                    long.TryParse(
                        Path.GetFileName(path),
                        NumberStyles.AllowHexSpecifier,
                        CultureInfo.InvariantCulture,
                        out var id
                    )
                )
                    yield return id;
            }
        }
    }

    private IEnumerable<long> Folders()
    {
        foreach (var path in Directory.EnumerateDirectories(_root))
        {
            if (
                long.TryParse(
                    Path.GetFileName(path),
                    NumberStyles.AllowHexSpecifier,
                    CultureInfo.InvariantCulture,
                    out var folder
                )
            )
                yield return folder;
        }
    }

    /// <summary>Returns the bytes that follow the content in a data file.</summary>
    public static byte[] Footer(IReadOnlyList<uint> blockSums, ObjectAttributes attributes)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(attributes, ObjectAttributesJson.Default.ObjectAttributes);
        var footer = new byte[blockSums.Count * sizeof(uint) + json.Length + FooterTail];
        var at = 0;
        foreach (var sum in blockSums)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(footer.AsSpan(at), sum);
            at += sizeof(uint);
        }
        json.CopyTo(footer, at);
        at += json.Length;
        BinaryPrimitives.WriteInt32LittleEndian(footer.AsSpan(at), json.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(footer.AsSpan(at + 4), Crc32.HashToUInt32(json));
        return footer;
    }

    /// <summary>Reads the checksums of blocks of content. Returns false if the file is too short.</summary>
    public static bool TryReadBlockSums(SafeFileHandle file, long contentEnd, long firstBlock, Span<uint> sums)
    {
        var bytes = MemoryMarshal.AsBytes(sums);
        if (RandomAccess.Read(file, bytes, contentEnd + firstBlock * sizeof(uint)) != bytes.Length)
            return false;
        if (!BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(sums, sums);
        return true;
    }

    /// <summary>Reads the attributes at the end of a file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static ObjectAttributes ReadAttributes(SafeFileHandle file, long id) =>
        ReadAttributes(file, id, 0, RandomAccess.GetLength(file));

    /// <summary>Reads the attributes at the end of a part of the file.</summary>
    /// <exception cref="InvalidDataException">The part is damaged.</exception>
    public static ObjectAttributes ReadAttributes(SafeFileHandle file, long id, long offset, long length)
    {
        var end = offset + length;
        var buffer = new byte[(int)Math.Min(length, FirstReadBytes)];
        if (buffer.Length < FooterTail || RandomAccess.Read(file, buffer, end - buffer.Length) != buffer.Length)
            throw Damaged(id);
        var tail = buffer.AsSpan(buffer.Length - FooterTail);
        var jsonLength = BinaryPrimitives.ReadInt32LittleEndian(tail);
        var sum = BinaryPrimitives.ReadUInt32LittleEndian(tail[4..]);
        if (jsonLength < 2 || jsonLength > length - FooterTail)
            throw Damaged(id);
        if (jsonLength > buffer.Length - FooterTail)
        {
            buffer = new byte[jsonLength + FooterTail];
            if (RandomAccess.Read(file, buffer, end - buffer.Length) != buffer.Length)
                throw Damaged(id);
        }
        var json = buffer.AsSpan(buffer.Length - FooterTail - jsonLength, jsonLength);
        return Crc32.HashToUInt32(json) == sum
            ? JsonSerializer.Deserialize(json, ObjectAttributesJson.Default.ObjectAttributes) ?? throw Damaged(id)
            : throw Damaged(id);

        InvalidDataException Damaged(long id) =>
            new(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Data file {id:x10} is damaged: attributes before byte {end} do not match their checksum."
                )
            );
    }
}
