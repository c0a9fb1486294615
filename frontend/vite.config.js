// One page, one file: scripts, styles and fonts all end up inside dist/replay.html, so that it opens from disk.
import { readFileSync } from 'node:fs'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

/** Puts the built script and style into the page and drops their files. */
function onePage() {
  return {
    name: 'one-page',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const files = Object.values(bundle)
      const page = files.find((file) => file.fileName.endsWith('.html'))
      let html = String(page.source)
      for (const file of files) {
        if (file === page) continue
        const name = file.fileName.replaceAll('.', '\\.')
        if (file.type === 'chunk') {
          const code = file.code.replaceAll('</script', '<\\/script')
          const tag = new RegExp(`<script[^>]*src="[^"]*${name}"[^>]*></script>`)
          if (!tag.test(html)) this.error(`${file.fileName} is not a script of the page`)
          // The script stands at the end of the body: everything that it reads comes before it.
          html = html.replace(tag, '').replace('</body>', () => `<script type="module">${code}</script>\n</body>`)
        } else if (file.fileName.endsWith('.css')) {
          const tag = new RegExp(`<link[^>]*href="[^"]*${name}"[^>]*>`)
          html = html.replace(tag, () => `<style>${file.source}</style>`)
        } else this.error(`${file.fileName} would have to be fetched`)
        delete bundle[file.fileName]
      }
      page.source = html
    },
  }
}

/** What is inside, and under which licence: named on the page. */
const inside = ['three', 'svelte', '@fontsource-variable/geologica'].map((name) => {
  const { version, license } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8'))
  return `${name} ${version} (${license})`
})

export default defineConfig({
  define: { __LICENCES__: JSON.stringify(inside.join(', ')) },
  base: './',
  plugins: [svelte(), onePage()],
  build: {
    target: 'es2022',
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    cssCodeSplit: false,
    modulePreload: false,
    chunkSizeWarningLimit: 4000,
    rollupOptions: { input: 'replay.html' },
  },
})
