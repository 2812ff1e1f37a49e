using System.Globalization;
using LocalCloud.Tests.StoreWriter;

// Tests kill this process, or run it on a small disk.
return args switch
{
    ["write", var folder, var seed, var writers] => await Writers.RunAsync(folder, Number(seed), Number(writers)),
    ["full-disk", var folder, var minFreeBytes] => await FullDisk.RunAsync(folder, Number(minFreeBytes)),
    _ => 2,
};

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
